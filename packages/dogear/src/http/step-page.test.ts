// Which page a URL may show: following redirects always ends, with one at most.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageUrl } from '../pages.ts'
import type { ViewStep } from '../wire.ts'
import { stepFor } from './step-page.ts'

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

  it("is none in a state without a page, which has its place at the flow's own path", () => {
    expect(stepFor({ steps: [details, review] }, undefined)).toEqual({ step: null })
    expect(stepFor({ steps: [details, review] }, 'details-page')).toEqual({ step: details })
    expect(stepFor({ steps: [] }, [])).toEqual({ step: null })
    expect(stepFor({ steps: [] }, 'details-page')).toEqual({ redirectTo: '' })
  })

  it('may have several segments, which Next leaves encoded', () => {
    const deep = { id: 'deep', path: 'straße/zwei', title: 'Deep', state: 'current' } as const
    expect(stepFor({ steps: [deep] }, ['stra%C3%9Fe', 'zwei'])).toEqual({ step: deep })
    expect(pageUrl('/order', deep.path)).toBe('/order/stra%C3%9Fe/zwei')
    expect(stepFor({ steps: [deep] }, '%E0%A4%A')).toEqual({ redirectTo: deep.path })
  })
})

/** The segments below `base` that Next gives to a page whose last folder is `[[...step]]`. */
function paramsOf(base: string, url: string): string[] | undefined {
  const rest = new URL(url, 'https://shop.example').pathname.slice(base.length)
  const segments = rest.split('/').filter((segment) => segment !== '')
  return segments.length > 0 ? segments : undefined
}

const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((text) => {
  return text.isWellFormed() && /^[^?#%\\\s/]+$/.test(text) && !/^\.{1,2}$/.test(text)
})
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'))
const steps = fc
  .uniqueArray(fc.record({ path, state: fc.constantFrom<ViewStep['state']>('done', 'current', 'todo') }), {
    selector: (one) => one.path,
    maxLength: 5,
  })
  .map((list) => list.map((one, index): ViewStep => ({ id: `s${index}`, title: one.path, ...one })))

describe('whatever a view lists', () => {
  it.each(['', '/order', '/a/b'])('leads nowhere twice below "%s"', (base) => {
    fc.assert(
      fc.property(steps, fc.option(path), fc.nat(9), (list, other, pick) => {
        const requested = list[pick]?.path ?? other
        const first = stepFor({ steps: list }, paramsOf(base, pageUrl(base, requested)))
        if ('step' in first) {
          expect(first.step?.path ?? null).toBe(requested)
          return
        }
        const second = stepFor({ steps: list }, paramsOf(base, pageUrl(base, first.redirectTo)))
        expect('step' in second && (second.step?.path ?? '')).toBe(first.redirectTo)
      }),
    )
  })
})
