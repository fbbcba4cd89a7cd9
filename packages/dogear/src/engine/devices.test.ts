// Devices: their list, the end of their access, and the replies to those that lost it.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { memoryStore } from '../store/memory.ts'
import { comeIn, idOf, makeOffer, nobody, offer } from './handover.fixture.ts'
import { atReview, inside, mint, type Person, person, rig, watch } from './harness.fixture.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

async function pair(): Promise<{ engine: ReturnType<typeof rig>['engine']; desktop: Person; phone: Person }> {
  const { engine } = rig()
  const desktop = await atReview(engine)
  const phone = (await comeIn(engine, (await offer(engine, desktop, 'join')).link)).person
  return { engine, desktop, phone }
}

it('each device sees all of them, and which one it is', async () => {
  const { engine, desktop, phone } = await pair()
  const seen = await engine.devices('checkout', phone.caller)
  expect(seen).toMatchObject([
    { label: 'Firefox on Linux', here: false, createdAt: expect.any(Number), seenAt: expect.any(Number) },
    { label: 'Safari on iPhone', here: true },
  ])
  expect(Object.keys(seen[0] ?? {}).sort()).toEqual(['createdAt', 'here', 'id', 'label', 'seenAt'])
  expect((await engine.devices('checkout', desktop.caller)).map(({ here }) => here)).toEqual([true, false])
})

describe('revoking', () => {
  it('one device ends its access with its next request, in every process', async () => {
    const store = watch(memoryStore())
    const [here, there] = [rig({ store }).engine, rig({ store }).engine]
    const desktop = await atReview(here)
    const phone = (await comeIn(there, (await offer(here, desktop, 'join')).link)).person
    await phone.send('note.added')
    const [, second] = await here.devices('checkout', desktop.caller)
    expect(await here.revoke('checkout', desktop.caller, second?.id ?? '')).toMatchObject({ outcome: 'applied' })
    const gone = { saved: false, gone: { why: 'revoked', to: 'Firefox on Linux', takeBack: false } }
    expect(await phone.send('note.added')).toMatchObject({ code: 'session_gone', created: undefined, view: gone })
    expect(await phone.read()).toMatchObject(gone)
    await expect(there.devices('checkout', phone.caller)).rejects.toThrow(code('session_gone'))
    await expect(there.destroy('checkout', phone.caller)).rejects.toThrow(code('session_gone'))
    expect(await desktop.read()).toMatchObject({ gone: null })
  })

  it('the others leaves only the one that asks, and drops what they have passed on', async () => {
    const { engine, desktop, phone } = await pair()
    const tablet = (await comeIn(engine, (await offer(engine, desktop, 'join')).link)).person
    const passedOn = await offer(engine, phone, 'join')
    await engine.revoke('checkout', tablet.caller, 'others')
    expect(await engine.devices('checkout', tablet.caller)).toMatchObject([{ here: true }])
    expect(await desktop.read()).toMatchObject({ gone: { why: 'revoked' } })
    await expect(comeIn(engine, passedOn.link)).rejects.toThrow(code('handoff_gone'))
  })

  it('itself is refused, nobody is nothing to do', async () => {
    const { engine, desktop } = await pair()
    const [first] = await engine.devices('checkout', desktop.caller)
    expect(await engine.revoke('checkout', desktop.caller, first?.id ?? '')).toMatchObject({
      outcome: 'rejected',
      code: 'invalid_event',
      issues: [{ path: ['device'] }],
    })
    expect(await engine.revoke('checkout', desktop.caller, 'd99')).toMatchObject({ outcome: 'duplicate' })
    expect(await engine.devices('checkout', desktop.caller)).toHaveLength(2)
  })
})

describe('to a browser whose secret opens nothing', () => {
  it('an unknown session, one with another secret, one of another flow and an expired one are the same', async () => {
    let now = Date.UTC(2026, 0, 1)
    const store = watch(memoryStore({ clock: () => now }))
    const { engine } = rig({ clock: () => now, store, flows: [checkout, { ...checkout, id: 'other' }] })
    const expired = await atReview(engine)
    now += 31 * 86_400_000
    const one = await atReview(engine)
    const elsewhere = mint()
    const caller = { credential: undefined, mint: () => elsewhere }
    await engine.send('other', caller, { opId: 'of-another', event: { type: 'note.added' } })
    expect(await engine.read('other', elsewhere)).toMatchObject({ revision: 1, gone: null })
    const views = await Promise.all(
      [mint(), inside(idOf(one)), elsewhere, expired.caller.credential ?? mint()].map((credential) =>
        engine.read('checkout', credential),
      ),
    )
    expect(views[0]).toMatchObject({
      saved: false,
      tag: null,
      gone: { why: 'expired', to: null, at: null, takeBack: false },
    })
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(1)
  })

  it('every door is closed in the same way [M10]', async () => {
    const { engine } = rig()
    const someone = await atReview(engine)
    const owner = { id: 'owner', label: 'a•••' }
    const caller = (credential = mint()) => ({ ...person(engine, credential).caller, owner })
    for (const door of [
      (credential = mint()) => engine.extend('checkout', caller(credential)),
      (credential = mint()) => engine.attach('checkout', caller(credential), inside(credential.id)),
      (credential = mint()) => engine.revoke('checkout', caller(credential), 'others'),
      (credential = mint()) => engine.devices('checkout', caller(credential)),
      (credential = mint()) => engine.destroy('checkout', caller(credential)),
      (credential = mint()) => engine.watch('checkout', caller(credential), () => {}),
      (credential = mint()) => engine.takeBack('checkout', caller(credential), inside(credential.id)),
      (credential = mint()) => engine.offerHandoff('checkout', caller(credential), makeOffer(credential.id).offer),
    ]) {
      const answer = (promise: Promise<unknown>) => promise.catch((error: { code: string; message: string }) => error)
      const [stranger, thief] = [await answer(door()), await answer(door(inside(idOf(someone))))]
      const plain = (value: unknown) => JSON.stringify({ ...(value as object), expiresAt: 0 })
      expect(plain(thief)).toBe(plain(stranger))
      expect((stranger as { code: string }).code).toMatch(/^(no_session|session_gone)$/)
    }
    expect(await someone.read()).toMatchObject({ revision: 2, gone: null })
  })

  it('no credential at all is no_session', async () => {
    const { engine } = rig()
    const signedIn = { ...nobody, owner: { id: 'owner', label: 'a•••' } }
    for (const attempt of [
      engine.extend('checkout', nobody),
      engine.attach('checkout', signedIn, mint()),
      engine.revoke('checkout', nobody, 'others'),
      engine.devices('checkout', nobody),
      engine.destroy('checkout', nobody),
      engine.watch('checkout', nobody, () => {}),
    ])
      await expect(attempt).rejects.toThrow(code('no_session'))
  })

  it('a draft of the first step begins anew, one of a later step hears that the session is gone', async () => {
    const { engine } = rig()
    const draft = (step: string) =>
      engine.saveDraft('checkout', person(engine, mint()).caller, { opId: 'typed-here', step, values: { name: 'A' } })
    expect(await draft('shipping')).toMatchObject({ outcome: 'applied', created: expect.anything() })
    expect(await draft('payment')).toMatchObject({
      outcome: 'rejected',
      code: 'session_gone',
      created: undefined,
      view: { saved: false, gone: { why: 'expired' } },
    })
  })
})

it('the tag of a session is the same in all its views, another for another, and opens nothing', async () => {
  const { engine, desktop, phone } = await pair()
  const other = await atReview(engine)
  const { tag } = await desktop.read()
  expect(tag).toMatch(/^[\w-]{8,10}$/)
  expect((await phone.send('note.added')).view.tag).toBe(tag)
  expect((await other.read()).tag).not.toBe(tag)
  expect(idOf(desktop)).not.toContain(tag)
})

it('extending moves the expiry up to the absolute limit and changes nothing else [M6]', async () => {
  let now = Date.UTC(2026, 0, 1)
  const { engine } = rig({ clock: () => now, store: watch(memoryStore({ clock: () => now })) })
  const someone = person(engine)
  await someone.send('note.added')
  await someone.send('note.added')
  const first = await someone.read()
  now += 86_400_000
  expect(await engine.extend('checkout', someone.caller)).toMatchObject({ outcome: 'applied' })
  const { revision, mark, expiresAt, ...rest } = await someone.read()
  expect({ ...rest, mark: first.mark, revision: revision - 1, expiresAt: (expiresAt ?? 0) - 86_400_000 }).toEqual(first)
  expect(mark).not.toBe(first.mark)
  for (let day = 1; day < 80; day += 20) {
    now += 20 * 86_400_000
    await engine.extend('checkout', someone.caller)
  }
  expect((await someone.read()).expiresAt).toBe(Date.UTC(2026, 0, 1) + 90 * 86_400_000)
})
