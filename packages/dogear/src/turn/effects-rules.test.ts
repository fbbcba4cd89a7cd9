// Rules about effects, each on its own: which tries go on, which are lost, which may still call their actor.

import { describe, expect, it } from 'vitest'
import type { DogearError } from '../errors.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import type { Live } from '../flow/nodes.ts'
import { holderOf } from './commands.ts'
import {
  armEffects,
  givenBack,
  heldBy,
  isLost,
  keptResult,
  overdue,
  pending,
  setAside,
  stamp,
  takeOver,
  tryAgain,
  underWay,
  whyOver,
} from './effects.ts'
import type { Effect, Result, UnsavedEffect } from './record.ts'

const now = 1_000

const effect = (id: string, more: Partial<Effect> = {}): Effect => ({
  ...{ id, effectId: `s.${id}.1`, generation: 1, src: 'chargeCard', input: null, attempt: 1, leaseUntil: now },
  ...more,
})
const unsaved = ({ leaseUntil: _, ...rest }: Effect): UnsavedEffect => rest
const failed = (error: unknown): Result => ({ ok: false, error })
const [a, b] = [effect('a'), effect('b', { attempt: 2 })]
const settled = effect('c', { settled: true })

describe('a try', () => {
  it('is held as long as its effect waits for this attempt, under a lease', () => {
    expect(heldBy([a, b], { effectId: 's.b.1', attempt: 2 })).toBe(b)
    expect(heldBy([a, b], { effectId: 's.b.1', attempt: 1 })).toBeUndefined()
    expect(heldBy([a, b], { effectId: 's.c.1', attempt: 1 })).toBeUndefined()
    expect(heldBy([settled], { effectId: 's.c.1', attempt: 1 })).toBeUndefined()
    expect(heldBy([unsaved(a)], { effectId: 's.a.1', attempt: 1 })).toBeUndefined()
  })

  it.each([
    ['goes on while it is held', [a, b], undefined],
    ['has lost its lease to a later attempt', [a, effect('b', { attempt: 3 })], 'the lease was lost'],
    ['has lost its state with its effect', [a], 'the state was left'],
    ['has lost its state with all effects', [], 'the state was left'],
    ['has lost its state once another attempt ended it', [a, effect('b', { settled: true })], 'the state was left'],
  ])('%s', (_, effects, why) => {
    expect(whyOver({ effects }, { effectId: 's.b.1', attempt: 2 })).toBe(why)
  })
})

it('effects are pending until they are settled, and under way until their result is at hand', () => {
  const atHand = effect('d', { result: { ok: true, output: undefined } })
  expect(pending([a, settled, atHand])).toEqual([a, atHand])
  expect(underWay([a, settled, atHand])).toEqual([a])
})

it('an effect is overdue from the end of its lease on', () => {
  const all = [a, effect('later', { leaseUntil: now + 1 }), settled, unsaved(b)]
  expect(overdue(all, now)).toEqual([a])
  expect(overdue(all, now - 1)).toEqual([])
})

describe('taking over', () => {
  const take = (effects: UnsavedEffect[], ...leased: string[]) => takeOver(checkout, effects, { leased, now })

  it('leaves alone what is not leased, not due or not there', () => {
    expect(take([a, b])).toBeUndefined()
    expect(take([effect('a', { leaseUntil: now + 1 })], 's.a.1')).toBeUndefined()
    expect(take([a], 's.b.1')).toBeUndefined()
    expect(take([a, b], 's.a.1')?.[1]).toBe(b)
  })

  it('begins the next attempt, the same one if it had not begun, and none if the result is at hand', () => {
    expect(take([a], 's.a.1')).toEqual([{ ...unsaved(a), attempt: 2 }])
    expect(take([effect('a', { unbegun: true })], 's.a.1')).toEqual([unsaved(a)])
    const result: Result = { ok: true, output: 'r' }
    expect(take([effect('a', { result })], 's.a.1')).toEqual([{ ...unsaved(a), result }])
  })

  it('after the last attempt tells the machine that nobody knows how it ended', () => {
    const [lost] = take([b], 's.b.1') ?? []
    expect(lost).toMatchObject({ attempt: 2, result: { ok: false, error: { code: 'effect_failed' } } })
    expect(isLost(lost as Effect)).toBe(true)
  })
})

it.each<[string, Result | undefined]>([
  ['no result yet', undefined],
  ['a result', { ok: true, output: { code: 'effect_failed' } }],
  ['an error of its own', failed({ code: 'declined' })],
  ['an error without a code', failed(new Error('no'))],
  ['no error at all', failed(null)],
  ['nothing for an error', failed(undefined)],
])('an effect with %s is not lost', (_, result) => {
  expect(isLost(effect('a', result && { result }))).toBe(false)
})

describe('another try', () => {
  const again = (result: Result, one = a) => tryAgain(checkout, one, result)

  it('follows a failure that may pass, with its code, until the policy has had enough', () => {
    const { result: _, ...rest } = unsaved(a)
    const coded = Object.assign(new Error('no'), { code: 'E_BUSY' })
    expect(again({ ok: false, error: coded, retryable: true })).toEqual({ ...rest, attempt: 2, failure: 'E_BUSY' })
    expect(again({ ok: false, error: new TypeError('no'), retryable: true })).toMatchObject({ failure: 'TypeError' })
    expect(again({ ok: false, error: { name: 'x'.repeat(99) }, retryable: true })?.failure).toBe('x'.repeat(64))
    expect(again({ ok: false, error: coded, retryable: true }, b)).toBeUndefined()
  })

  it('follows nothing else', () => {
    expect(again({ ok: true, output: 1 })).toBeUndefined()
    expect(again(failed(new Error('no')))).toBeUndefined()
    expect(again({ ok: false, error: new Error('no'), retryable: false })).toBeUndefined()
  })
})

it('a try given back can begin elsewhere at once, as the same one unless it had begun', () => {
  expect(givenBack(effect('a', { leaseUntil: 5_000 }), { begun: true, now })).toEqual(a)
  expect(givenBack(effect('a', { leaseUntil: 5_000 }), { begun: false, now })).toEqual({ ...a, unbegun: true })
})

it('a result set aside is kept with a plain error, until it is offered again', () => {
  const output = { ok: true, output: 'r' } as const
  expect(setAside(a, output, 9_000)).toEqual({ ...a, result: output, leaseUntil: 9_000 })
  const { result } = setAside(a, { ok: false, error: new RangeError('no'), retryable: true }, 9_000)
  expect(result).toMatchObject({ ok: false, retryable: true, error: { name: 'RangeError', message: 'no' } })
  expect((result as { error: unknown }).error).not.toBeInstanceOf(Error)
})

it.each([
  ['what a person sends is theirs', { kind: 'event', sender: { secretHash: 'one', label: '' } }, 'one'],
  ['what lets a browser in is that browser’s', { kind: 'redeem', device: { secretHash: 'two', label: '' } }, 'two'],
  ['what revokes a device is the sender’s', { device: 'd2', sender: { secretHash: 'one', label: '' } }, 'one'],
  ['what the engine does is nobody’s', { kind: 'wake' }, undefined],
])('%s', (_, command, holder) => {
  expect(holderOf(command)).toBe(holder)
})

describe('a step of the machine', () => {
  const step = (asks: object[], effects: UnsavedEffect[], status = 'active') =>
    armEffects({ effects, entries: { a: 1 } }, { live: { status } as Live, asks: asks as never })

  it('settles the effects that it stops, and no other', () => {
    expect(step([{ kind: 'stop', id: 'a' }], [a, b]).effects).toEqual([{ ...a, settled: true }, b])
    expect(
      step(
        [
          { kind: 'stop', id: 'x' },
          { kind: 'emit', id: 'a' },
        ],
        [a, b],
      ).effects,
    ).toEqual([a, b])
  })

  it('starts effects anew under their next generation, in place of their last', () => {
    const asks = [
      { kind: 'start', id: 'a', src: 'chargeCard', input: 1 },
      { kind: 'start', id: 'd', src: 'other', input: 2 },
    ]
    expect(step(asks, [a, b])).toEqual({
      entries: { a: 2, d: 1 },
      effects: [
        b,
        { id: 'a', generation: 2, src: 'chargeCard', input: 1, attempt: 1 },
        { id: 'd', generation: 1, src: 'other', input: 2, attempt: 1 },
      ],
    })
  })

  it('of a machine that is done leaves none', () => {
    expect(step([], [a, b], 'done')).toEqual({ effects: [], entries: { a: 1 } })
  })
})

describe('a commit', () => {
  const fresh: UnsavedEffect = { id: 'd', generation: 3, src: 'other', input: 2, attempt: 1 }

  it('leases what has no lease, under a key that no deploy renames, and starts it', () => {
    const leased = { ...fresh, effectId: 's.d.3', leaseUntil: now + 60 }
    const again = { ...a, leaseUntil: now + 60 }
    const { effects, started } = stamp([b, fresh, unsaved(a)], { session: 's', leaseMs: 60, now })
    expect(effects).toEqual([b, leased, again])
    expect(started).toEqual([leased, again])
  })

  it('without leases starts nothing, and leaves it to others at once', () => {
    const { effects, started } = stamp([fresh], { session: 's', leaseMs: 0, now })
    expect([effects, started]).toEqual([[{ ...fresh, effectId: 's.d.3', leaseUntil: now, unbegun: true }], []])
  })

  it('starts nothing that was settled in the same turn', () => {
    const { effects, started } = stamp([{ ...fresh, settled: true }], { session: 's', leaseMs: 60, now })
    expect([effects.length, started]).toEqual([1, []])
  })
})

it('a result with a card number is not kept, and its effect is named to the operator', () => {
  const failures: DogearError[] = []
  const kept = (result: Result) => keptResult(checkout as never, b, { result, failures })
  const sound: Result = { ok: true, output: 'r' }
  expect([kept(sound), failures]).toEqual([sound, []])
  expect(JSON.stringify(kept({ ok: true, output: '4111 1111 1111 1111' }))).not.toContain('4111')
  expect(failures).toMatchObject([
    { code: 'effect_failed', message: expect.stringMatching(/2 of.*chargeCard.*checkout/) },
  ])
})
