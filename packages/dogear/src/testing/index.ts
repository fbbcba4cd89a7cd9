// Entry `dogear/testing`: a person in tests, an engine with a clock of its own, generated stories of a flow.

export type { Examples } from '../cli/lock/moves.ts'
export type { CrashPoint } from './process.ts'
export { visitorSince } from './since.ts'
export type { RetellOptions, Stories, StoryOptions } from './stories/options.ts'
export { type Cast, retell } from './stories/retell.ts'
export { storyOf } from './stories/story-of.ts'
export { type TestEngine, type TestEngineOptions, testEngine } from './test-engine.ts'
export { type SendOptions, type Visitor, type VisitorOptions, visitor } from './visitor.ts'
