// Drafts of many devices come to the same, in whatever order they arrive.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import type { ViewDraft } from '../wire.ts'
import { mergeDraft } from './drafts.ts'
import { createSession, start } from './session.fixture.ts'

const value = fc.oneof(fc.constantFrom('', 'a', 'b', null), fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }))
const values = fc.dictionary(fc.constantFrom('name', 'city', 'constructor', '7'), value)
/** Typings at distinct times, and the order they arrive in. */
const typings = fc
  .uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 8 })
  .chain((times) => fc.tuple(...times.map((at) => fc.record({ at: fc.constant(at), values }))))
const orders = typings.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
)
type Typing = { at: number; values: Record<string, unknown> }

const empty: ViewDraft = { values: {}, issues: [] }
const merged = (all: readonly Typing[], from = empty) =>
  all.reduce((draft, { values, at }) => mergeDraft(draft, values, () => at) ?? draft, from)

it('any order of arrival gives the same draft, and it is the latest typing of every field', () => {
  fc.assert(
    fc.property(orders, ([all, arrived]) => {
      const draft = merged(arrived)
      expect(draft).toEqual(merged(all))
      const latest = new Map<string, unknown>()
      for (const { values } of [...all].sort((one, other) => one.at - other.at))
        for (const [name, typed] of Object.entries(values)) latest.set(name, typed)
      expect(new Map(Object.entries(draft.values))).toEqual(new Map([...latest].filter(([, typed]) => typed !== null)))
    }),
  )
})

it('what has arrived before changes nothing, and is said to change nothing', () => {
  fc.assert(
    fc.property(orders, ([all, arrived]) => {
      const draft = merged(all)
      for (const { values, at } of arrived) expect(mergeDraft(draft, values, () => at)).toBeUndefined()
    }),
  )
})

it('drafts merged on the way come to the same as drafts merged one by one', () => {
  fc.assert(
    fc.property(orders, fc.nat(8), ([all], split) => {
      // A client that was offline may send the newer half first, another one the older half.
      const [first, second] = [all.slice(0, split), all.slice(split)]
      expect(merged(second, merged(first))).toEqual(merged(first, merged(second)))
    }),
  )
})

it('as turns: arrival in any order, resends and all, leaves the same drafts as typing in order', () => {
  const one = (all: readonly Typing[]) => {
    const session = createSession(checkout)
    session.event({ type: 'note.added' })
    for (const { at, values } of all) session.draft('shipping', values, { now: start + 2_000, ageMs: 2_000 - at })
    return session.record?.drafts.shipping
  }
  const moved = (all: readonly Typing[]) => all.map(({ at, values }) => ({ at: start + at, values }))
  fc.assert(
    fc.property(orders, ([all, arrived]) => {
      expect(one([...arrived, ...all])).toEqual(one(all))
      expect(one(all)).toEqual(
        all.some(({ values }) => Object.keys(values).length > 0) ? merged(moved(all)) : undefined,
      )
    }),
    { numRuns: 50 },
  )
})
