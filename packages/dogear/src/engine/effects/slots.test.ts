// Slots: never more than there are, in the order they were asked for, none lost to those who gave up waiting.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSlots } from './slots.ts'

it('are never more than there are, and none is lost, in whatever order work ends or is given up', async () => {
  const scripts = fc.array(fc.tuple(fc.constantFrom('ask', 'end', 'give up'), fc.nat()), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), scripts, async (count, script) => {
      const slots = createSlots(count)
      const waiting: AbortController[] = []
      let taken = 0
      let asked = 0
      for (const [what, which] of script) {
        if (what === 'ask') {
          const asker = new AbortController()
          waiting.push(asker)
          asked++
          void slots.take(asker.signal).then((got) => {
            asked--
            waiting.splice(waiting.indexOf(asker), 1)
            if (got) taken++
          })
        }
        if (what === 'end' && taken > 0) {
          taken--
          slots.give()
        }
        if (what === 'give up') waiting[which % Math.max(1, waiting.length)]?.abort()
        await new Promise((resolve) => setImmediate(resolve))
        expect(taken).toBeLessThanOrEqual(count)
        if (asked > 0) expect(taken).toBe(count)
        expect(slots.full).toBe(taken === count)
        expect(waiting.filter(({ signal }) => signal.aborted)).toEqual([])
      }
    }),
  )
})

it('go to those who waited longest', async () => {
  const slots = createSlots(1)
  const { signal } = new AbortController()
  await slots.take(signal)
  const order: number[] = []
  const all = [1, 2, 3].map((nth) => slots.take(signal).then(() => order.push(nth)))
  for (const one of all) {
    slots.give()
    await one
  }
  expect(order).toEqual([1, 2, 3])
})
