// Entry `dogear/client`: a session in the browser, without a framework.

export {
  createFlowClient,
  type FlowClient,
  type FlowClientOptions,
  type FlowSnapshot,
  type SendOptions,
  type SendResult,
} from './client.ts'
export { createOpId } from './op-id.ts'
export { comparePositions } from './position.ts'
