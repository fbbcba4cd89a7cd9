// The ways to tell the stand-in to misbehave, and the words for those that do not exist.
import { expect, test } from 'vitest'
import { createControl, misbehaviourOf, readOrder } from './misbehaviour.ts'

test('reads the suffixes of a model', () => {
  expect(misbehaviourOf('extract-1')).toEqual({})
  expect(misbehaviourOf('extract-1:slow=50:cut=0')).toEqual({ slow: 50, cut: 0 })
  expect(misbehaviourOf('extract-1:hold=0')).toEqual({ hold: 0 })
  expect(misbehaviourOf('extract-1:quota=20')).toEqual({ quota: 20 })
  expect(misbehaviourOf('extract-1:nonsense')).toEqual({ nonsense: 'text' })
  expect(misbehaviourOf('extract-1:nonsense=html')).toEqual({ nonsense: 'html' })
})

test.each(['gpt-4', '', 'extract-1:', 'extract-1:fast', 'extract-1:slow', 'extract-1:slow=', 'extract-1:slow=-1'])(
  'has no model "%s"',
  (model) => expect(() => misbehaviourOf(model)).toThrow(/There is no model/),
)
test.each([
  'extract-1:slow=0.5',
  'extract-1:hold=-1',
  'extract-1:rate=0',
  'extract-1:nonsense=maybe',
  'extract-1:__proto__=1',
])('tells what can be told instead of "%s"', (model) => expect(() => misbehaviourOf(model)).toThrow(/Use slow/))

test('an order holds for as many requests as it says, one if it does not', () => {
  const control = createControl()
  control.add(readOrder({ cut: 7, times: 2 }))
  control.add(readOrder({ slow: 5 }))
  expect([control.next(), control.next(), control.next(), control.next()]).toEqual([
    { cut: 7 },
    { cut: 7 },
    { slow: 5 },
    {},
  ])
  control.add(readOrder({ rate: 5, times: 9 }))
  expect(control.orders()).toEqual([{ rate: 5, times: 9 }])
  control.clear()
  expect(control.next()).toEqual({})
})

test.each<Record<string, unknown>>([{ times: 0 }, { times: '2' }, { cut: '7' }, { nonsense: true }, { toString: 1 }])(
  'refuses the order %j',
  (order) => expect(() => readOrder(order)).toThrow(/must be|Use slow/),
)
