// What pages know of a checkout, and the questions they ask about it.

import type { EventOf, ViewOf } from 'dogear'
import type { checkout } from '../flows/checkout.ts'

export type CheckoutView = ViewOf<typeof checkout>
export type CheckoutEvent = EventOf<typeof checkout>

/** The steps a person fills in; the others only tell how things stand. */
const asked = ['shipping', 'payment', 'review']

export function stepUrl(path: string): string {
  return `/checkout/${path}`
}

export function currentStep(view: CheckoutView) {
  return view.steps.find(({ state }) => state === 'current')
}

/** The URL of the step the person is at. */
export function currentUrl(view: CheckoutView): string {
  const current = currentStep(view)
  return current ? stepUrl(current.path) : '/'
}

/** Whether the page of a step may be shown: it is the current one, or one that can be returned to. */
export function isOpen(view: CheckoutView, path: string): boolean {
  return view.steps.some((step) => step.path === path && step.state !== 'todo')
}

export function isAsked(path: string): boolean {
  return asked.includes(path)
}

/** `{ number: 1, of: 3 }`, or undefined where not every step to come is certain. */
export function progressAt(view: CheckoutView, path: string): { number: number; of: number } | undefined {
  const steps = view.steps.filter((step) => isAsked(step.path))
  const index = steps.findIndex((step) => step.path === path)
  return index < 0 || steps.length < asked.length ? undefined : { number: index + 1, of: steps.length }
}

/** True if `a` has seen more of the session than `b`. */
export function isNewer(a: CheckoutView, b: CheckoutView): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.revision > b.revision)
}

/** What is wrong, by the name of the field; the first message of a field wins. */
export function errorsByField(issues: readonly { path: readonly (string | number)[]; message: string }[]) {
  const errors: Record<string, string> = {}
  for (const { path, message } of issues) errors[String(path[0] ?? '')] ??= message
  return errors
}
