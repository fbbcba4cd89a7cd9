// Entry `dogear`: what an application names to define its flows, run them, tell errors apart.

export { type Config, defineConfig } from './cli/define-config.ts'
export { type Codec, jsonCodec, msgpackCodec } from './codec/codec.ts'
export { tagOf } from './engine/access.ts'
export type { Emitted } from './engine/deliver.ts'
export { createEngine, type Engine, type EngineOptions } from './engine/engine.ts'
export { type LogLine, type LogName, toErrorLine } from './engine/log/line.ts'
export type { Inspected, SessionAddress } from './engine/server/inspected.ts'
export { startWorker, type Worker, type WorkerOptions } from './engine/worker.ts'
export { DogearError, type DogearErrorOptions, type Issue, isDogearError } from './errors.ts'
export { defineFlow, type EventOf, type Flow, type ServerEventOf, type ViewOf } from './flow/define.ts'
export type { Duration } from './flow/duration.ts'
export type { Migrating, MigrationRule, Older } from './flow/evolve/migration.ts'
export { maskCardNumbers } from './flow/form/cards.ts'
export { reference } from './flow/form/reference.ts'
export { fromEffect } from './flow/machine.ts'
export type { EffectPolicy, FlowOptions, Implementations, Lifetime } from './flow/options.ts'
export type { Keys } from './keys/key-check.ts'
export type { KeyService } from './keys/key-service.ts'
export type { Archive } from './store/archive.ts'
export { memoryStore } from './store/memory.ts'
export type { Store } from './store/store.ts'
export type {
  Gone,
  HandoffLook,
  HandoffMode,
  HandoffReply,
  Moves,
  Position,
  Problem,
  SavedSession,
  View,
  ViewDevice,
  ViewDraft,
  ViewIssue,
  ViewStep,
} from './wire.ts'
