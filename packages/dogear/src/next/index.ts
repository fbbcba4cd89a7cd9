// Entry `dogear/next`: a flow in the App Router.

export { readFlow } from './read-flow.ts'
export { createRouteHandlers } from './route-handlers.ts'
export { singleton } from './singleton.ts'
export { redirectToStep, stepFor } from './step.ts'
