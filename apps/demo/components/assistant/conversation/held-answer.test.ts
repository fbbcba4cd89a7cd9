// The text of an answer on its way: it never shrinks, and is never that of another question.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type HeldAnswer, heldAnswer } from './held-answer.ts'

const said = (question: number, attempt: string, text: string) => ({ attempt, text, value: { question } })

/** The texts shown for each step: the question that the view has, and the progress. */
function shown(...steps: [id: number, progress: ReturnType<typeof said> | undefined][]): string[] {
  let held: HeldAnswer | undefined
  return steps.map(([id, progress]) => {
    held = heldAnswer(held, id, progress)
    return held.text
  })
}

it('stays when the progress is gone before the answer is there, and until another attempt has come as far', () => {
  const first = said(1, '1.1', 'Once upon')
  expect(shown([1, said(1, '1.1', 'Once')], [1, first], [1, undefined], [1, said(1, '1.2', 'O')])).toEqual([
    'Once',
    'Once upon',
    'Once upon',
    'Once upon',
  ])
  expect(shown([1, first], [1, said(1, '1.2', 'Once upon a time')])).toEqual(['Once upon', 'Once upon a time'])
})

it('is not that of another question, whichever of view and progress is ahead, by however many', () => {
  const [old, next] = [said(1, '1.1', 'The answer before'), said(2, '2.1', 'The')]
  expect(shown([1, old], [2, old], [2, next])).toEqual(['The answer before', '', 'The'])
  expect(shown([1, old], [1, next], [2, next])).toEqual(['The answer before', 'The answer before', 'The'])
  expect(shown([0, old], [2, old], [2, next])).toEqual(['', '', 'The'])
  expect(shown([4, old], [1, next], [2, next])).toEqual(['', '', 'The'])
  // A server of the build before does not say what its text belongs to.
  expect(shown([1, { ...old, value: undefined as never }])).toEqual([''])
})

it('only grows, and holds nothing of another question, in every order of what a page hears', () => {
  const whole = (id: number) => `${id}`.repeat(9)
  const steps = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 9 })), { maxLength: 40 })
  const property = fc.property(steps, (drawn) => {
    let [inView, running, length] = [1, 1, 0]
    let held = heldAnswer(undefined, 1, undefined)
    for (const [asked, begun, more] of drawn) {
      inView += asked
      if (begun > 0) length = 0
      running += begun
      length = Math.min(9, length + more)
      const before = held
      held = heldAnswer(held, inView, said(running, `${running}.1`, whole(running).slice(0, length)))
      expect(whole(inView).startsWith(held.text)).toBe(true)
      if (before.id === held.id) expect(held.text.startsWith(before.text)).toBe(true)
    }
  })
  fc.assert(property)
})
