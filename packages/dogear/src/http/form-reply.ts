// Locations that a form without JavaScript leads to.

import type { FormReply } from '../engine/engine.ts'
import type { View } from '../wire.ts'

/** The URL of a step's page, or of the flow's entry when `stepPath` is null. */
export type PagePath = (flowId: string, stepPath: string | null) => string

/** The page after a form, with `?problem=<code>` if it has to say one. */
export function formLocation(pagePath: PagePath, flowId: string, { path, problem }: FormReply): string {
  const page = pagePath(flowId, path)
  return problem === null ? page : withProblem(page, problem)
}

/** The path of the step a view is at, or null. */
export function currentPath(view: View): string | null {
  return view.steps.find((step) => step.id === view.step)?.path ?? null
}

/** A page's URL that tells it what went wrong. */
export function withProblem(path: string, code: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}problem=${code}`
}
