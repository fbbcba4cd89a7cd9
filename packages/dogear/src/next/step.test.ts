// Which page a URL may show.

import { describe, expect, it } from 'vitest'
import type { ViewStep } from '../wire.ts'
import { redirectToStep, stepFor } from './step.ts'

const step = (id: string, state: ViewStep['state']): ViewStep => ({ id, path: `${id}-page`, title: id, state })
const [details, payment, review] = [step('details', 'done'), step('payment', 'current'), step('review', 'todo')]
const view = { steps: [details, payment, review] }

describe('the step of a URL', () => {
  it.each([
    ['the current step', 'payment-page', { step: payment }],
    ['a step that is done', 'details-page', { step: details }],
    ['a step not reached yet', 'review-page', { redirectTo: 'payment-page' }],
    ['a step the flow does not have', 'nowhere', { redirectTo: 'payment-page' }],
    ['the id of a step whose path is another', 'payment', { redirectTo: 'payment-page' }],
    ['no step', undefined, { redirectTo: 'payment-page' }],
  ])('that names %s', (_, path, found) => {
    expect(stepFor(view, path)).toEqual(found)
  })

  it('leads to the last step done in a state that is none', () => {
    expect(stepFor({ steps: [details, review] }, undefined)).toEqual({ redirectTo: 'details-page' })
    expect(stepFor({ steps: [details, review] }, 'details-page')).toEqual({ step: details })
    expect(stepFor({ steps: [] }, 'details-page')).toEqual({ redirectTo: '' })
  })

  it('is shown or redirected to, below the path of the flow', () => {
    expect(redirectToStep(view, 'details-page', '/order')).toBe(details)
    const to = (location: string) => expect.objectContaining({ digest: expect.stringContaining(`;${location};`) })
    expect(() => redirectToStep(view, undefined, '/order')).toThrow(to('/order/payment-page'))
    expect(() => redirectToStep({ steps: [] }, 'x', '/order')).toThrow(to('/order'))
  })
})
