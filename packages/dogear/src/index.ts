// Entry `dogear`: define flows, put an engine together, and tell errors apart.

export { type Config, type ConfigSource, defineConfig } from './cli/define-config.ts'
export { type Codec, jsonCodec, msgpackCodec } from './codec/codec.ts'
export type { Emitted } from './engine/deliver.ts'
export {
  type Caller,
  type Credential,
  createEngine,
  type DraftRequest,
  type Engine,
  type EngineOptions,
  type Entrance,
  type HandoffFound,
  type HandoffIssued,
  type HandoffOffer,
  type HandoffProof,
  type Refusal,
  type Reply,
  type SignedIn,
  type Visitor,
  type WatchHint,
  type Watching,
} from './engine/engine.ts'
export { startWorker, type Worker, type WorkerOptions } from './engine/worker.ts'
export { DogearError, type DogearErrorCode, httpStatus, type Issue, isDogearError } from './errors.ts'
export type { FlowEdge, FlowGraph, FlowNode } from './flow/chart.ts'
export {
  defineFlow,
  type EffectPolicy,
  type EventOf,
  type Flow,
  type FlowOptions,
  type Lifetime,
  type ViewOf,
} from './flow/define.ts'
export type { Duration } from './flow/duration.ts'
export type {
  Lift,
  Lifts,
  Migrating,
  Migration,
  MigrationRule,
  Migrations,
  Older,
  Resume,
} from './flow/evolve/migrate.ts'
export { fromEffect } from './flow/machine.ts'
export { memoryStore } from './store/memory.ts'
export type {
  Batch,
  Check,
  CommitResult,
  Directory,
  Due,
  Entry,
  Found,
  Hint,
  Scanned,
  SessionId,
  Store,
  Stored,
} from './store/store.ts'
export type {
  Gone,
  HandoffLook,
  HandoffMode,
  HandoffReply,
  Position,
  Problem,
  SavedSession,
  View,
  ViewDevice,
  ViewDraft,
  ViewIssue,
  ViewStep,
} from './wire.ts'
