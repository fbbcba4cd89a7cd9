// Entry `dogear/next`: a flow in the App Router.

export { type StepPath, stepFor } from '../http/step-page.ts'
export { callFlow, type FlowAnswer, type FlowCall } from './call-flow.ts'
export { readFlow } from './read-flow.ts'
export { readFlows } from './read-flows.ts'
export { readProgress } from './read-progress.ts'
export { readWords } from './read-words.ts'
export { reloadable } from './reloadable.ts'
export { createRouteHandlers, type LoadHttp } from './route-handlers.ts'
export { singleton } from './singleton.ts'
export { readStep, type StepRoute } from './step.ts'
