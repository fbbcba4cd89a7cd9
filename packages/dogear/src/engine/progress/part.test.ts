// Parts of progress: read as they were written, joined to a whole.

import { expect, it } from 'vitest'
import { type ProgressPart, partOf, partText, wholeOf } from './part.ts'

const part: ProgressPart = { effect: 'pay', effectId: 's.pay.1', attempt: 1, at: 3, text: 'more' }
const at = (at: number, text: string, value?: unknown): ProgressPart => ({
  ...part,
  at,
  text,
  ...(value !== undefined && { value }),
})

it('a part is read as it was written, with its value', () => {
  for (const written of [part, { ...part, value: { percent: 30 } }]) expect(partOf(partText(written))).toEqual(written)
})

it.each([
  ['no JSON', 'more'],
  ['null', 'null'],
  ...['effect', 'effectId', 'text'].map((name) => [`a number as ${name}`, partText({ ...part, [name]: 1 })]),
  ...['attempt', 'at'].map((name) => [`text as ${name}`, partText({ ...part, [name]: '1' })]),
  ['half a character', partText({ ...part, at: 0.5 })],
] as [string, string][])('an entry with %s is one of a release to come, and passed over', (_, text) => {
  expect(partOf(text)).toBeUndefined()
})

it('parts are joined with an overlap there once, and with the last value', () => {
  expect(wholeOf([at(0, 'Once', 1), at(2, 'ce upon'), at(9, ' a time', 2), at(16, '!')])).toEqual(
    at(0, 'Once upon a time!', 2),
  )
})

it('a part after a gap is left out until the whole comes again', () => {
  expect(wholeOf([at(0, 'Once'), at(9, ' a time')])).toStrictEqual(at(0, 'Once'))
  expect(wholeOf([at(0, 'Once'), at(9, ' a time'), at(0, 'Once upon a time')])).toStrictEqual(at(0, 'Once upon a time'))
  expect(wholeOf([])).toBeUndefined()
})
