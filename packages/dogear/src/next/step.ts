// The step a URL may show: the one it names if the person has been there, else their current one.

import { redirect } from 'next/navigation.js'
import type { View, ViewStep } from '../wire.ts'

/**
 * The step to show at a requested path, or the path of the step to go to instead.
 *
 * A step that is done or current may be shown; any other path leads to the current step. In a state that is no step it
 * leads to the last one done, or to `''`, the flow's entry, if there is none.
 */
export function stepFor(
  view: Pick<View, 'steps'>,
  requestedPath: string | undefined,
): { step: ViewStep } | { redirectTo: string } {
  const open = view.steps.filter((step) => step.state !== 'todo')
  const step = open.find((candidate) => candidate.path === requestedPath)
  if (step) return { step }
  const current = open.find((candidate) => candidate.state === 'current') ?? open.at(-1)
  return { redirectTo: current?.path ?? '' }
}

/** The step to show, or a redirect below `basePath`, such as `/checkout`. A redirect throws: call it outside `try`. */
export function redirectToStep(
  view: Pick<View, 'steps'>,
  requestedPath: string | undefined,
  basePath: string,
): ViewStep {
  const found = stepFor(view, requestedPath)
  if ('step' in found) return found.step
  return redirect(found.redirectTo === '' ? basePath : `${basePath}/${found.redirectTo}`)
}
