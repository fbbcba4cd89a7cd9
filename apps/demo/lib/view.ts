// The questions pages ask about a view, the same for every flow.

import type { View } from 'dogear'
import type { FlowPages } from './flow-pages.ts'

type Steps = Pick<View, 'steps'>

export function stepUrl({ base }: Pick<FlowPages, 'base'>, path: string): string {
  return `${base}/${path}`
}

export function currentStep(view: Steps) {
  return view.steps.find(({ state }) => state === 'current')
}

/** The title of the step at `path`, which its heading, the page's title and every list say. */
export function titleOf(view: Steps, path: string): string {
  return view.steps.find((step) => step.path === path)?.title ?? ''
}

/** The URL of the step the person is at. */
export function currentUrl(pages: Pick<FlowPages, 'base'>, view: Steps): string {
  const current = currentStep(view)
  return current ? stepUrl(pages, current.path) : '/'
}

/** True if the page of a step may be shown: the step is the current one, or the person can return to it. */
export function isOpen(view: Steps, path: string): boolean {
  return view.steps.some((step) => step.path === path && step.state !== 'todo')
}

export function isQuestion({ questions }: FlowPages, path: string): boolean {
  return questions.includes(path)
}

/** `{ number: 1, of: 3 }`, or undefined where not every step to come is certain. */
export function progressAt(pages: FlowPages, view: Steps, path: string): { number: number; of: number } | undefined {
  const steps = view.steps.filter((step) => isQuestion(pages, step.path))
  const index = steps.findIndex((step) => step.path === path)
  return index < 0 || steps.length < pages.questions.length ? undefined : { number: index + 1, of: steps.length }
}
