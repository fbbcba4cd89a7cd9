// The text of an answer on its way: it never shrinks, and is never that of another question.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type HeldAnswer, heldAnswer } from './held-answer.ts'

const said = (attempt: string, text: string) => ({ attempt, text, value: undefined })

/** The texts shown for each step: the question that the view has, and the progress. */
function shown(...steps: [id: number, progress: ReturnType<typeof said> | undefined][]): string[] {
  let held: HeldAnswer | undefined
  return steps.map(([id, progress]) => {
    held = heldAnswer(held, id, progress)
    return held.text
  })
}

it('stays when the progress is gone before the answer is there, and until another attempt has come as far', () => {
  const first = said('1.1', 'Once upon')
  expect(shown([1, said('1.1', 'Once')], [1, first], [1, undefined], [1, said('1.2', 'O')])).toEqual([
    'Once',
    'Once upon',
    'Once upon',
    'Once upon',
  ])
  expect(shown([1, first], [1, said('1.2', 'Once upon a time')])).toEqual(['Once upon', 'Once upon a time'])
})

it('is not that of the question before, whichever of view and progress is ahead', () => {
  const [old, next] = [said('1.1', 'The answer before'), said('2.1', 'The')]
  expect(shown([1, old], [2, old], [2, next])).toEqual(['The answer before', '', 'The'])
  expect(shown([1, old], [1, next], [2, next])).toEqual(['The answer before', 'The answer before', 'The'])
  expect(shown([1, old], [1, undefined], [2, undefined], [2, next])).toEqual([
    'The answer before',
    'The answer before',
    '',
    'The',
  ])
})

it('only grows, and holds nothing of another question, in every order of what a page hears', () => {
  const whole = (id: number) => `${id}`.repeat(9)
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 9 })), { minLength: 1, maxLength: 40 })
  const property = fc.property(steps, (drawn) => {
    let [inView, running, length] = [1, 1, 0]
    let held = heldAnswer(undefined, 1, said('1.1', ''))
    for (const [goesOn, more] of drawn) {
      // One of the two is ahead by a question at most.
      if (goesOn && running === inView) {
        running++
        length = 0
      } else if (goesOn) inView = running
      length = Math.min(9, length + more)
      const before = held
      held = heldAnswer(held, inView, said(`${running}.1`, whole(running).slice(0, length)))
      expect(whole(inView).startsWith(held.text)).toBe(true)
      if (before.id === held.id) expect(held.text.startsWith(before.text)).toBe(true)
    }
  })
  fc.assert(property)
})
