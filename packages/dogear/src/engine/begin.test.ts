// Sessions that begin: with nothing spent on what is refused, and once, however often their first event is sent.

import { describe, expect, it } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import { beginningOf, isUntouched } from './begin/first-event.ts'
import type { Caller, Credential, EngineOptions } from './contract.ts'
import { hash, inside, rig } from './harness.fixture.ts'

/** A browser without a cookie, whose credentials come of the seed alone. */
function browser(options: Partial<EngineOptions> = {}) {
  const { engine, store } = rig(options as never)
  const minted: (Uint8Array | undefined)[] = []
  const mint = (seed?: Uint8Array): Credential => {
    minted.push(seed)
    return seed ? { ...inside(Buffer.from(seed).toString('base64url')), secretHash: 'one' } : inside(hash())
  }
  const caller: Caller = { credential: undefined, mint, label: 'Firefox' }
  const send = (opId: string, name: string, more: Partial<Caller> = {}) =>
    engine.send(
      'checkout',
      { ...caller, ...more },
      { opId, event: { type: 'shipping.submitted', name } as { type: string } },
    )
  return { engine, store, minted, send, caller }
}

describe('a first event', () => {
  it('[M75] that is refused makes no credential and asks nothing of the store but its clock', async () => {
    const { send, minted, store } = browser()
    expect(await send('first-event', '')).toMatchObject({
      outcome: 'rejected',
      code: 'invalid_event',
      created: undefined,
    })
    expect([minted, store.calls]).toEqual([[], ['now']])
  })

  it('sent again without the cookie finds the session that it has begun, as long as nobody has gone on', async () => {
    const { send, minted, engine, caller } = browser()
    const first = await send('first-event', 'Ada')
    const again = await send('first-event', 'Ada')
    expect([first.outcome, again.outcome]).toEqual(['applied', 'duplicate'])
    expect(again.created).toEqual(first.created)
    expect(minted[1]).toEqual(minted[0])
    const credential = first.created
    const next = { opId: 'second-event', event: { type: 'payment.submitted', token: 't' } as { type: string } }
    await engine.send('checkout', { ...caller, credential }, next)
    expect(await send('first-event', 'Ada')).toMatchObject({
      ...{ outcome: 'rejected', code: 'session_gone', created: undefined },
      view: { saved: false, step: 'shipping' },
    })
    expect(await engine.read('checkout', { credential })).toMatchObject({ revision: 2, step: 'review' })
  })

  it('of another operation, with other answers or of another browser begins a session of its own', async () => {
    const { send } = browser()
    const ids = [
      (await send('first-event', 'Ada')).created?.id,
      (await send('other-event', 'Ada')).created?.id,
      (await send('first-event', 'Grace')).created?.id,
      (await send('first-event', 'Ada', { label: 'Chrome' })).created?.id,
    ]
    expect(new Set(ids).size).toBe(4)
    expect(ids).not.toContain(undefined)
  })

  it('that is a draft begins one each time, as nothing tells them apart', async () => {
    const { engine, caller, minted } = browser()
    const draft = { opId: 'first-typing', step: 'shipping', values: { name: 'A' } }
    const replies = [
      await engine.saveDraft('checkout', caller, draft),
      await engine.saveDraft('checkout', caller, draft),
    ]
    expect(replies).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }])
    expect(replies[0]?.created?.id).not.toBe(replies[1]?.created?.id)
    expect(minted).toEqual([undefined, undefined])
  })
})

it('a beginning has one seed for ten minutes, and only whoever has the request and the store can have it', async () => {
  let now = Date.UTC(2026, 0, 1)
  const [one, other] = [memoryStore({ clock: () => now }), memoryStore({ clock: () => now })]
  const first = { flow: 'checkout', label: undefined, opId: 'first-event', event: { type: 'sent' } }
  const begun = await beginningOf(one, first)
  expect(begun.again).toBe(false)
  now += 599_999
  expect(await beginningOf(one, first)).toEqual({ seed: begun.seed, again: true })
  expect((await beginningOf(other, first)).seed).not.toEqual(begun.seed)
  for (const more of [{ flow: 'other' }, { label: 'Firefox' }, { opId: 'other' }, { event: { type: 'other' } }])
    expect(await beginningOf(one, { ...first, ...more })).toMatchObject({ again: false })
  now += 1
  const later = await beginningOf(one, first)
  expect(later.again).toBe(false)
  expect(later.seed).not.toEqual(begun.seed)
})

it('a session is untouched until its second operation', () => {
  const record = (count: number) => ({ receipts: Array.from({ length: count }, () => ({})) }) as never
  expect([0, 1, 2, 3].map((count) => isUntouched(record(count)))).toEqual([true, true, false, false])
})
