// Entry `dogear/next`: a flow in the App Router.

export { callFlow, type FlowAnswer, type FlowCall } from './call-flow.ts'
export { readFlow } from './read-flow.ts'
export { readWords } from './read-words.ts'
export { reloadable } from './reloadable.ts'
export { createRouteHandlers, type LoadHttp } from './route-handlers.ts'
export { singleton } from './singleton.ts'
export { readStep, type StepPath, type StepRoute, stepFor } from './step.ts'
