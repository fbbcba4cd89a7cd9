// Entry `dogear`: what an application names to define its flows, run them, tell errors apart.

export { type Config, defineConfig } from './cli/define-config.ts'
export { type Codec, jsonCodec, msgpackCodec } from './codec/codec.ts'
export { tagOf } from './engine/access.ts'
export type { Emitted } from './engine/deliver.ts'
export { createEngine, type Engine, type EngineOptions } from './engine/engine.ts'
export { type LogLine, type LogName, toErrorLine } from './engine/log/line.ts'
export { startWorker, type Worker } from './engine/worker.ts'
export { DogearError, isDogearError } from './errors.ts'
export { defineFlow, type EventOf, type Flow, type ServerEventOf, type ViewOf } from './flow/define.ts'
export type { Duration } from './flow/duration.ts'
export type { MigrationRule } from './flow/evolve/migration.ts'
export { reference } from './flow/form/reference.ts'
export { fromEffect } from './flow/machine.ts'
export type { FlowOptions } from './flow/options.ts'
export type { KeyService } from './keys/key-service.ts'
export type { Archive } from './store/archive.ts'
export { memoryStore } from './store/memory.ts'
export type { Store } from './store/store.ts'
export type {
  HandoffLook,
  HandoffReply,
  Position,
  Problem,
  SavedSession,
  View,
  ViewDevice,
  ViewStep,
} from './wire.ts'
