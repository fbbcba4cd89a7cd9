// Entry `dogear/next`: a flow in the App Router.

export { callFlow, type FlowAnswer, type FlowCall } from './call-flow.ts'
export { readFlow } from './read-flow.ts'
export { reloadable } from './reloadable.ts'
export { createRouteHandlers } from './route-handlers.ts'
export { singleton } from './singleton.ts'
export { redirectToStep, stepFor } from './step.ts'
