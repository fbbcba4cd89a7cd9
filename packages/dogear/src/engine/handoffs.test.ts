// Handoffs: the promises of offering, looking, redeeming and taking back, to those with access and to everybody else.

import { describe, expect, it } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import type { Engine, HandoffProof } from './contract.ts'
import { codesOf } from './handoffs.ts'
import { comeIn, idOf, makeOffer, nobody, offer } from './handover.fixture.ts'
import { atReview, hash, inside, mint, person, rig, unseal, watch } from './harness.fixture.ts'

const gone = expect.objectContaining({ name: 'DogearError', code: 'handoff_gone' })
const start = Date.UTC(2026, 0, 1)

describe.each(['link', 'code'] as const)('a handoff by %s', (kind) => {
  it('lets a phone in at the same place with a secret of its own, and ends the one that issued it [M32]', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const before = await desktop.read()
    const phone = await comeIn(engine, (await offer(engine, desktop))[kind])
    expect(phone.reply).toMatchObject({
      outcome: 'applied',
      created: phone.device,
      view: { saved: true, step: 'review', context: { name: 'Ada' }, tag: before.tag, gone: null },
    })
    expect(await desktop.read()).toMatchObject({
      saved: false,
      tag: null,
      gone: { why: 'moved', to: 'Safari on iPhone', at: expect.any(Number), takeBack: true },
    })
    expect(await desktop.send('note.added')).toMatchObject({
      outcome: 'rejected',
      code: 'session_gone',
      created: undefined,
      view: { saved: false, gone: { why: 'moved' } },
    })
    expect(await phone.person.send('note.added')).toMatchObject({ outcome: 'applied', view: { revision: 5 } })
  })

  it('[M32] keeps both devices if it says so', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const phone = await comeIn(engine, (await offer(engine, desktop, 'join'))[kind])
    expect(await desktop.send('note.added')).toMatchObject({ outcome: 'applied' })
    expect(await phone.person.read()).toMatchObject({ revision: 5, gone: null })
  })

  it('works once', async () => {
    const { engine } = rig()
    const proofs = await offer(engine, await atReview(engine), 'join')
    await comeIn(engine, proofs[kind])
    await expect(comeIn(engine, proofs.link)).rejects.toThrow(gone)
    await expect(comeIn(engine, proofs.code)).rejects.toThrow(gone)
  })

  it('says the same of one that is wrong, used, expired, of an ended session or of none', async () => {
    let now = start
    const { engine } = rig({ clock: () => now, store: watch(memoryStore({ clock: () => now })) })
    const desktop = await atReview(engine)
    const [used, expired] = [await offer(engine, desktop, 'join'), await offer(engine, desktop, 'join', 1_000)]
    await comeIn(engine, used[kind])
    const other = await atReview(engine)
    const ended = await offer(engine, other)
    await engine.destroy('checkout', other.caller)
    now += 1_000
    const proofs = [used, expired, ended].map((offered) => offered[kind])
    const wrong = [
      makeOffer(idOf(desktop))[kind],
      makeOffer(hash())[kind],
      { ...(await offer(engine, desktop))[kind], hash: hash() },
    ]
    const errors = await Promise.all(
      [...proofs, ...wrong].map((proof) => engine.findHandoff(proof).catch((error) => error)),
    )
    expect(errors).toEqual(errors.map(() => gone))
    expect(new Set(errors.map((error) => JSON.stringify([error.message, error]))).size).toBe(1)
  })

  it('[M28] is single use for two hundred at once on two processes', async () => {
    const store = watch(memoryStore())
    const engines = [rig({ store }).engine, rig({ store }).engine] as const
    const desktop = await atReview(engines[0])
    const found = await engines[0].findHandoff((await offer(engines[0], desktop))[kind])
    const attempts = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        (engines[index % 2] as Engine).redeem(found, { device: inside(found.session), here: nobody }),
      ),
    )
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toMatchObject([{ value: { outcome: 'applied' } }])
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toEqual(gone)
  })

  it('consumes nothing when looked at, and tells what it is about', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine, { id: 'owner', label: 'a•••@example.org' })
    const proofs = await offer(engine, desktop)
    const before = await desktop.read()
    const found = await engine.findHandoff(proofs[kind])
    for (let looks = 0; looks < 3; looks++)
      expect(await engine.lookHandoff(found, nobody)).toMatchObject({
        flow: 'checkout',
        mode: 'move',
        from: 'Firefox on Linux',
        owner: 'a•••@example.org',
        step: 'review',
        title: 'Review',
        here: null,
      })
    expect(await desktop.read()).toEqual(before)
    expect((await comeIn(engine, proofs[kind])).reply.outcome).toBe('applied')
    await expect(engine.lookHandoff(found, nobody)).rejects.toThrow(gone)
  })
})

describe('issuing', () => {
  it('needs a session that is open to the caller, and files nothing without', async () => {
    const { engine, store } = rig()
    const desktop = await atReview(engine)
    store.calls.length = 0
    const { offer: made } = makeOffer(idOf(desktop))
    await expect(engine.offerHandoff('checkout', nobody, made)).rejects.toMatchObject({ code: 'no_session' })
    for (const credential of [mint(), inside(idOf(desktop))])
      expect(await engine.offerHandoff('checkout', { credential }, made)).toMatchObject({
        outcome: 'rejected',
        code: 'session_gone',
        view: { gone: { why: 'expired' } },
      })
    expect(store.calls).not.toContain('putCode')
  })

  it('asks for another code where the locator is taken, and changes nothing', async () => {
    const { engine } = rig()
    const [one, other] = [await atReview(engine), await atReview(engine)]
    const { offer: made, code } = await offer(engine, one)
    const again = { ...makeOffer(idOf(other)).offer, locator: made.locator }
    expect(await engine.offerHandoff('checkout', other.caller, again)).toEqual({ outcome: 'taken' })
    expect((await other.read()).revision).toBe(2)
    expect((await engine.findHandoff(code)).session).toBe(idOf(one))
  })

  it('lists the codes of a session, and of no other one, so that they can be erased with it', async () => {
    const { engine, store } = rig()
    const [one, other] = [await atReview(engine), await atReview(engine)]
    const { offer: made } = await offer(engine, one)
    const taken = { ...makeOffer(idOf(other)).offer, locator: made.locator }
    expect(await engine.offerHandoff('checkout', other.caller, taken)).toEqual({ outcome: 'taken' })
    expect(await store.directory.list(codesOf(idOf(one)), 10)).toEqual([made.locator])
    expect(await store.directory.list(codesOf(idOf(other)), 10)).toEqual([])
  })

  it('throws TypeError for a credential that nobody could be let in with', async () => {
    const { engine } = rig()
    const { caller } = await atReview(engine)
    const { sealedSelector: _, ...credential } = caller.credential ?? mint()
    await expect(engine.offerHandoff('checkout', { credential }, makeOffer(credential.id).offer)).rejects.toThrow(
      TypeError,
    )
  })

  it('names the device it comes from', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const phone = await comeIn(engine, (await offer(engine, desktop, 'join')).link)
    const [first, second] = [await offer(engine, desktop, 'join'), await offer(engine, phone.person, 'join')]
    const fromOf = async (proof: HandoffProof) =>
      (await engine.lookHandoff(await engine.findHandoff(proof), nobody)).from
    expect([await fromOf(first.link), await fromOf(second.link)]).toEqual(['Firefox on Linux', 'Safari on iPhone'])
  })

  it('says until when, and gives the way in back with the code', async () => {
    const { engine } = rig({ clock: () => start, store: watch(memoryStore({ clock: () => start })) })
    const desktop = await atReview(engine)
    const { offer: made, code } = makeOffer(idOf(desktop))
    expect(await engine.offerHandoff('checkout', desktop.caller, made)).toMatchObject({
      outcome: 'applied',
      expiresAt: start + 600_000,
    })
    const { sealedSelector = '' } = await engine.findHandoff(code)
    expect(unseal(sealedSelector).id).toBe(idOf(desktop))
  })
})

describe('codes', () => {
  it('of a thousand wrong guesses at once, five are looked at', async () => {
    let lookedAt = 0
    const store = watch(memoryStore(), ({ directory }) => ({
      directory: {
        ...directory,
        async tryCode(...args) {
          const value = await directory.tryCode(...args)
          if (value !== undefined) lookedAt++
          return value
        },
      },
    }))
    const { engine } = rig({ store })
    const { code, offer: made } = await offer(engine, await atReview(engine))
    const guesses = await Promise.allSettled(
      Array.from({ length: 1_000 }, () => engine.findHandoff({ kind: 'code', locator: made.locator, hash: hash() })),
    )
    expect(guesses.filter(({ status }) => status === 'fulfilled')).toEqual([])
    expect(lookedAt).toBe(5)
    await expect(engine.findHandoff(code)).rejects.toThrow(gone)
  })

  it('cost the same calls of the store whether wrong, burned or never given out', async () => {
    const { engine, store } = rig()
    const { offer: made } = await offer(engine, await atReview(engine))
    const calls = async (locator: string) => {
      store.calls.length = 0
      await engine.findHandoff({ kind: 'code', locator, hash: hash() }).catch(() => {})
      return [...store.calls]
    }
    const unknown = await calls(hash())
    expect(unknown).toEqual(['tryCode', 'read'])
    for (let guess = 0; guess < 8; guess++) expect(await calls(made.locator)).toEqual(unknown)
  })

  it('that were used take up no more room', async () => {
    const { engine, store } = rig()
    const desktop = await atReview(engine)
    const [used, open] = [await offer(engine, desktop, 'join'), await offer(engine, desktop, 'join')]
    await comeIn(engine, used.code)
    await comeIn(engine, open.link)
    expect(await store.directory.tryCode(used.offer.locator, 9)).toBeUndefined()
    expect(await store.directory.tryCode(open.offer.locator, 9)).toBeDefined()
  })

  it('that were guessed away leave the link working', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const { link, offer: made } = await offer(engine, desktop)
    for (let guess = 0; guess < 6; guess++)
      await expect(engine.findHandoff({ kind: 'code', locator: made.locator, hash: hash() })).rejects.toThrow(gone)
    expect((await comeIn(engine, link)).reply.outcome).toBe('applied')
  })
})

describe('a browser that has a session already', () => {
  it('of its own keeps it until it says otherwise, and the handoff stays good', async () => {
    const { engine } = rig()
    const [desktop, phone] = [await atReview(engine), person(engine)]
    await phone.send('shipping.submitted', { name: 'Grace' })
    const { link } = await offer(engine, desktop)
    const found = await engine.findHandoff(link)
    expect(await engine.lookHandoff(found, phone.caller)).toMatchObject({ here: { title: 'Payment' } })
    expect((await comeIn(engine, link, { here: phone.caller })).reply).toMatchObject({
      outcome: 'rejected',
      code: 'other_session',
      created: undefined,
      view: { step: 'payment', context: { name: 'Grace' } },
    })
    expect(await desktop.read()).toMatchObject({ gone: null })
    const { reply } = await comeIn(engine, link, { here: phone.caller, replace: true })
    expect(reply).toMatchObject({ outcome: 'applied', view: { context: { name: 'Ada' } } })
  })

  it('of the same session stays in it, and nothing is consumed', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const { link } = await offer(engine, desktop)
    expect(await engine.lookHandoff(await engine.findHandoff(link), desktop.caller)).toMatchObject({ here: 'same' })
    expect((await comeIn(engine, link, { here: desktop.caller })).reply).toMatchObject({
      outcome: 'duplicate',
      created: undefined,
      view: { saved: true, step: 'review' },
    })
    expect((await comeIn(engine, link)).reply.outcome).toBe('applied')
  })

  it('that is no longer open to it counts as none', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const phone = await comeIn(engine, (await offer(engine, desktop)).link)
    const back = await comeIn(engine, (await offer(engine, phone.person)).link, { here: desktop.caller })
    expect(back.reply).toMatchObject({ outcome: 'applied', created: back.device })
  })
})

it('no more than eight devices come in, and the ninth sees nothing', async () => {
  const { engine } = rig()
  const desktop = await atReview(engine)
  for (let devices = 1; devices < 8; devices++) await comeIn(engine, (await offer(engine, desktop, 'join')).link)
  const { link } = await offer(engine, desktop, 'join')
  expect((await comeIn(engine, link)).reply).toMatchObject({
    outcome: 'rejected',
    code: 'not_accepted',
    created: undefined,
    view: { saved: false, tag: null, context: { name: null } },
  })
  await engine.revoke('checkout', desktop.caller, 'others')
  expect((await comeIn(engine, link)).reply.outcome).toBe('applied')
})

it('a credential of another session lets nobody in', async () => {
  const { engine } = rig()
  const desktop = await atReview(engine)
  const found = await engine.findHandoff((await offer(engine, desktop)).link)
  await expect(engine.redeem(found, { device: mint(), here: nobody })).rejects.toThrow(gone)
  expect(await desktop.read()).toMatchObject({ gone: null })
})

describe('taking back', () => {
  it('gives the session a new secret here and ends it there', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const phone = await comeIn(engine, (await offer(engine, desktop)).link)
    const device = inside(idOf(desktop))
    const reply = await engine.takeBack('checkout', { ...desktop.caller, label: 'Firefox on Linux' }, device)
    expect(reply).toMatchObject({ outcome: 'applied', created: device, view: { step: 'review', gone: null } })
    expect(await phone.person.read()).toMatchObject({ saved: false, gone: { why: 'moved', to: 'Firefox on Linux' } })
    expect(await desktop.read()).toMatchObject({ saved: false, gone: { why: 'expired' } })
    expect(await person(engine, device).send('note.added')).toMatchObject({ outcome: 'applied' })
  })

  it('is refused once something was entered on the other device, and shows nothing of it', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const phone = await comeIn(engine, (await offer(engine, desktop)).link)
    await phone.person.send('note.added')
    expect(await desktop.read()).toMatchObject({ gone: { why: 'moved', takeBack: false } })
    const reply = await engine.takeBack('checkout', desktop.caller, inside(idOf(desktop)))
    expect(reply).toMatchObject({ outcome: 'rejected', code: 'not_accepted', created: undefined })
    expect(reply.view).toMatchObject({ saved: false, tag: null, gone: { why: 'moved', takeBack: false } })
    expect(await phone.person.read()).toMatchObject({ gone: null })
  })

  it('is nothing for who is in, for who was revoked, and for strangers', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine)
    const phone = await comeIn(engine, (await offer(engine, desktop, 'join')).link)
    const back = (caller: typeof desktop.caller) => engine.takeBack('checkout', caller, inside(idOf(desktop)))
    expect(await back(desktop.caller)).toMatchObject({
      outcome: 'duplicate',
      created: undefined,
      view: { saved: true },
    })
    await engine.revoke('checkout', desktop.caller, 'others')
    expect(await back(phone.person.caller)).toMatchObject({ code: 'session_gone', view: { gone: { why: 'revoked' } } })
    expect(await back({ ...desktop.caller, credential: inside(idOf(desktop)) })).toMatchObject({
      code: 'session_gone',
      view: { saved: false, gone: { why: 'expired' } },
    })
    await expect(back({ ...desktop.caller, credential: undefined })).rejects.toMatchObject({ code: 'no_session' })
  })
})
