// Entry `dogear/client`: a session in the browser, without a framework.

export { positionText, samePosition } from '../position.ts'
export type { EffectProgress, Progress } from '../wire.ts'
export { forgetTyped } from './buffer.ts'
export {
  type CommandResult,
  createFlowClient,
  type FlowClient,
  type FlowClientOptions,
  type FlowSnapshot,
  type SendOptions,
  type SendResult,
} from './client.ts'
export type { DraftOptions, DraftResult, DraftStatus, FormStatus, Left } from './drafts.ts'
export type { Environment } from './environment.ts'
export { draftOf } from './form-draft.ts'
export { createOpId } from './op-id.ts'
export { comparePositions, isRewound, supersedes } from './position.ts'
export { type FollowOptions, followProgress } from './progress.ts'
export { isTransient } from './request.ts'
