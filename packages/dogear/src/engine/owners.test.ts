// Owners: signing in makes a session theirs, lists it, opens it elsewhere, and nobody else gets anywhere near.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { memoryStore } from '../store/memory.ts'
import type { Directory } from '../store/store.ts'
import type { Credential, Engine, HeldCredentials, SignedIn } from './contract.ts'
import { comeIn, idOf, nobody, offer } from './handover.fixture.ts'
import { atReview, eventually, hash, inside, mint, type Person, person, rig, unseal, watch } from './harness.fixture.ts'

const ada: SignedIn = { id: 'hash-of-ada', label: 'a•••@example.org' }
const eve: SignedIn = { id: 'hash-of-eve', label: 'e•••@example.org' }
const day = 86_400_000
const code = (expected: string) => expect.objectContaining({ code: expected })
const nothing: HeldCredentials = new Map()

/** `owner` continues a session in a browser that holds `here`. */
async function openAt(
  engine: Engine,
  session: string,
  owner: SignedIn,
  rest: { here?: Person; replace?: boolean } = {},
) {
  const { here, replace = false } = rest
  const reply = await engine.open('checkout', session, {
    device: unseal,
    owner,
    here: { ...(here?.caller ?? nobody), label: 'Chrome on Android' },
    replace,
  })
  return { reply, person: person(engine, reply.created, owner) }
}

describe('a signed-in person', () => {
  it('is found on the list of an owner once the engine is closed, however slow the store', async () => {
    const store = memoryStore()
    const slow: Directory = {
      ...store.directory,
      async add(...entry) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        await store.directory.add(...entry)
      },
    }
    const { engine } = rig({ store: watch({ ...store, directory: slow }) })
    const someone = await atReview(engine, ada)
    await engine.close(0)
    expect(await store.directory.list(ada.id, 10)).toEqual([idOf(someone)])
  })

  it('owns what they begin, and finds it listed', async () => {
    const { engine } = rig()
    const someone = await atReview(engine, ada)
    const view = await someone.read()
    expect(await engine.sessionsOf(ada, nothing)).toEqual([
      {
        session: idOf(someone),
        flow: 'checkout',
        status: 'active',
        step: 'review',
        title: 'Review',
        path: 'review',
        createdAt: expect.any(Number),
        updatedAt: expect.any(Number),
        expiresAt: view.expiresAt,
        here: false,
      },
    ])
    const flow = 'checkout'
    const here = new Map([[idOf(someone), { ...(someone.caller.credential ?? mint()), flow }]])
    expect(await engine.sessionsOf(ada, here)).toMatchObject([{ here: true }])
    expect(await engine.sessionsOf(ada, new Map([[idOf(someone), { ...inside(idOf(someone)), flow }]]))).toMatchObject([
      { here: false },
    ])
    const elsewhere = new Map([...here].map(([id, held]) => [id, { ...held, flow: 'gift' }]))
    expect(await engine.sessionsOf(ada, elsewhere)).toMatchObject([{ here: false }])
    expect(await engine.sessionsOf(eve, here)).toEqual([])
  })

  it('attaches what they began before signing in; somebody else cannot take it', async () => {
    const { engine, store } = rig()
    const someone = await atReview(engine)
    const attach = (owner?: SignedIn) => engine.attach('checkout', { ...someone.caller, owner }, inside(idOf(someone)))
    await expect(attach()).rejects.toThrow(code('not_signed_in'))
    const reply = await attach(ada)
    expect(reply).toMatchObject({ outcome: 'applied', created: { id: idOf(someone) } })
    expect(await engine.sessionsOf(ada, nothing)).toHaveLength(1)
    someone.caller.credential = reply.created
    expect(await attach(eve)).toMatchObject({ outcome: 'rejected', view: { saved: false }, created: undefined })
    expect(await store.directory.list(eve.id, 10)).toEqual([])
    expect(await engine.sessionsOf(eve, nothing)).toEqual([])
    expect(await person(engine, reply.created, ada).read()).toMatchObject({ saved: true, revision: 3 })
  })

  it('has a new secret from then on, and the old one ends at once, whoever holds it [M5]', async () => {
    const { engine } = rig()
    const someone = await atReview(engine)
    const old = someone.caller.credential as Credential
    const hints: unknown[] = []
    await engine.watch('checkout', someone.caller, (hint) => hints.push(hint))
    const signedIn = { ...someone.caller, owner: ada }
    const { created } = await engine.attach('checkout', signedIn, inside(old.id))
    expect(await person(engine, created, ada).send('note.added')).toMatchObject({ outcome: 'applied' })
    await eventually(() => expect(hints.at(-1)).toBe('gone'))
    // Somebody who had read the cookie before learns nothing, not even that it was moved.
    const thief = person(engine, old)
    expect(await thief.read()).toMatchObject({ saved: false, gone: { why: 'signed_out', to: null } })
    expect(await thief.send('note.added')).toMatchObject({ outcome: 'rejected', code: 'session_gone' })
    expect(await person(engine, old, eve).read()).toMatchObject({ saved: false, gone: { why: 'signed_out' } })
  })

  it('loses nothing of what it does meanwhile: each event is in the session, or was refused [M5]', async () => {
    const { engine } = rig()
    const someone = await atReview(engine)
    const before = (await someone.read()).revision
    const events = Array.from({ length: 100 }, () => someone.send('note.added'))
    const signedIn = { ...someone.caller, owner: ada }
    const { created } = await engine.attach('checkout', signedIn, inside(idOf(someone)))
    const outcomes = (await Promise.all(events)).map(({ outcome }) => outcome)
    const applied = outcomes.filter((outcome) => outcome === 'applied').length
    expect(applied + outcomes.filter((outcome) => outcome === 'rejected').length).toBe(100)
    expect((await person(engine, created, ada).read()).revision).toBe(before + applied + 1)
  })

  it('takes it back with its old secret, once signed in, where the reply with the new one was lost', async () => {
    const { engine } = rig()
    const someone = await atReview(engine)
    const signedIn = { ...someone.caller, owner: ada }
    await engine.attach('checkout', signedIn, inside(idOf(someone)))
    expect(await person(engine, someone.caller.credential, ada).read()).toMatchObject({
      gone: { why: 'moved', takeBack: true },
    })
    const back = await engine.takeBack('checkout', signedIn, inside(idOf(someone)))
    expect(await person(engine, back.created, ada).read()).toMatchObject({ saved: true, step: 'review' })
  })

  it('has to stay signed in, as themselves', async () => {
    const { engine } = rig()
    const someone = await atReview(engine, ada)
    for (const owner of [undefined, eve]) {
      const there = person(engine, someone.caller.credential, owner)
      expect(await there.read()).toMatchObject({ saved: false, tag: null, gone: { why: 'signed_out' } })
      expect(await there.send('note.added')).toMatchObject({
        outcome: 'rejected',
        code: 'session_gone',
        created: undefined,
        view: { gone: { why: 'signed_out' } },
      })
    }
    expect(await someone.send('note.added')).toMatchObject({ outcome: 'applied' })
  })

  it('who handed it to a browser that is not signed in has it work there, and keeps it', async () => {
    const { engine, store } = rig()
    const desktop = await atReview(engine, ada)
    const kiosk = await comeIn(engine, (await offer(engine, desktop, 'join')).link)
    expect(await kiosk.person.send('note.added')).toMatchObject({ outcome: 'applied' })
    const asEve = person(engine, kiosk.device, eve)
    expect(await asEve.send('note.added')).toMatchObject({ outcome: 'applied' })
    expect(await engine.sessionsOf(eve, nothing)).toEqual([])
    expect(await asEve.read()).toMatchObject({ gone: null })
    const attached = await engine.attach('checkout', asEve.caller, inside(idOf(desktop)))
    expect(attached).toMatchObject({ outcome: 'rejected', created: undefined })
    expect(await store.directory.list(eve.id, 10)).toEqual([])
    expect(await engine.sessionsOf(ada, nothing)).toHaveLength(1)
  })

  it('who signed out cannot take back what was moved away', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine, ada)
    await comeIn(engine, (await offer(engine, desktop)).link)
    const out = person(engine, desktop.caller.credential)
    expect(await out.read()).toMatchObject({ gone: { why: 'signed_out', takeBack: false } })
    const back = (as: Person) => engine.takeBack('checkout', as.caller, inside(idOf(desktop)))
    expect(await back(out)).toMatchObject({ outcome: 'rejected', code: 'session_gone' })
    const reply = await back(desktop)
    expect(reply).toMatchObject({ outcome: 'applied' })
    expect(await person(engine, reply.created).read()).toMatchObject({ gone: { why: 'signed_out' } })
  })
})

describe('opening', () => {
  it('continues on another device, which keeps the first one', async () => {
    const { engine } = rig()
    const desktop = await atReview(engine, ada)
    const phone = await openAt(engine, idOf(desktop), ada)
    expect(phone.reply).toMatchObject({
      outcome: 'applied',
      created: { id: idOf(desktop) },
      view: { step: 'review', context: { name: 'Ada' }, gone: null },
    })
    expect(await phone.person.send('note.added')).toMatchObject({ outcome: 'applied' })
    expect(await desktop.read()).toMatchObject({ gone: null })
    expect(await person(engine, phone.reply.created).read()).toMatchObject({ gone: { why: 'signed_out' } })
  })

  it('is the same nothing for somebody else, an unknown one, an ended one and one nobody owns', async () => {
    const { engine } = rig()
    const [owned, unowned, ended] = [await atReview(engine, ada), await atReview(engine), await atReview(engine, ada)]
    await engine.destroy('checkout', ended.caller)
    const attempts = [
      openAt(engine, idOf(owned), eve),
      ...[hash(), idOf(unowned), idOf(ended)].map((id) => openAt(engine, id, ada)),
    ]
    const errors = await Promise.all(attempts.map((attempt) => attempt.catch((error) => error)))
    expect(errors).toEqual(errors.map(() => code('not_found')))
    expect(new Set(errors.map(({ message }) => message)).size).toBe(1)
    for (const session of [hash(), idOf(unowned), idOf(ended)])
      await expect(engine.removeOwned('checkout', session, ada)).rejects.toThrow(code('not_found'))
    await expect(engine.removeOwned('checkout', idOf(owned), eve)).rejects.toThrow(code('not_found'))
    expect(await owned.read()).toMatchObject({ revision: 2, gone: null })
  })

  it('asks before it replaces another session of this browser, and leaves one that is open here alone', async () => {
    const { engine } = rig()
    const [saved, here] = [await atReview(engine, ada), await atReview(engine)]
    expect((await openAt(engine, idOf(saved), ada, { here })).reply).toMatchObject({ code: 'other_session' })
    expect((await openAt(engine, idOf(saved), ada, { here, replace: true })).reply).toMatchObject({
      outcome: 'applied',
    })
    expect((await openAt(engine, idOf(saved), ada, { here: saved })).reply).toMatchObject({
      outcome: 'duplicate',
      created: undefined,
    })
    expect(await engine.devices('checkout', saved.caller)).toHaveLength(2)
  })

  it('with a way that leads elsewhere is refused', async () => {
    const { engine } = rig()
    const saved = await atReview(engine, ada)
    const entrance = { device: () => mint(), owner: ada, here: nobody }
    await expect(engine.open('checkout', idOf(saved), entrance)).rejects.toThrow(code('not_found'))
  })
})

it('[M9] deleting ends it for every device and takes it off the list', async () => {
  const { engine, store } = rig()
  const desktop = await atReview(engine, ada)
  const phone = await openAt(engine, idOf(desktop), ada)
  await engine.removeOwned('checkout', idOf(desktop), ada)
  expect(await store.directory.list(ada.id, 10)).toEqual([])
  for (const device of [desktop, phone.person]) expect(await device.read()).toMatchObject({ gone: { why: 'removed' } })
  expect(await engine.sessionsOf(ada, nothing)).toEqual([])
})

it('signing out elsewhere ends the other devices, though one of the sessions is ended just then', async () => {
  const ending = new Set<string>()
  const store = watch(memoryStore(), (inner) => ({
    async read(id, known) {
      const found = await inner.read(id, known)
      if (ending.delete(id)) await inner.remove(id, 60_000)
      return found
    },
  }))
  const { engine } = rig({ store })
  const [first, second] = [await atReview(engine, ada), await atReview(engine, ada)]
  ending.add(idOf(first))
  expect(await engine.signOutElsewhere(ada, nothing, 'Firefox on Linux')).toBe(1)
  expect(await first.read()).toMatchObject({ gone: { why: 'removed' } })
  expect(await second.read()).toMatchObject({ saved: false })
})

describe('the list', () => {
  it('is kept up by use, and asks the directory only when the expiry has moved', async () => {
    let now = Date.UTC(2026, 0, 1)
    const store = watch(memoryStore({ clock: () => now }))
    const { engine } = rig({ clock: () => now, store })
    const someone = await atReview(engine, ada)
    await someone.send('note.added')
    expect(store.calls.filter((call) => call === 'add')).toHaveLength(1)
    for (let days = 0; days < 40; days += 4) {
      now += 4 * day
      await someone.send('note.added')
    }
    expect(store.calls.filter((call) => call === 'add')).toHaveLength(11)
    expect(await engine.sessionsOf(ada, nothing)).toHaveLength(1)
    now += 31 * day
    expect(await engine.sessionsOf(ada, nothing)).toEqual([])
  })

  it('drops what is not there any more, and believes the record rather than the directory', async () => {
    const store = watch(memoryStore())
    const { engine } = rig({ store })
    const [other, ended] = [await atReview(engine, eve), await atReview(engine, ada)]
    await store.remove(idOf(ended), 60_000)
    for (const id of [idOf(other), idOf(ended), hash()]) await store.directory.add(ada.id, id, 60_000)
    expect(await engine.sessionsOf(ada, nothing)).toEqual([])
    await eventually(async () => expect(await store.directory.list(ada.id, 10)).toEqual([]))
    expect(await engine.sessionsOf(eve, nothing)).toHaveLength(1)
  })

  it('shows the rest when one cannot be read, and says so to the operator', async () => {
    const store = watch(memoryStore())
    const [engine, newer] = [rig({ store }), rig({ store, flow: { ...checkout, version: 2 } })]
    const [old] = [await atReview(engine.engine, ada), await atReview(newer.engine, ada)]
    expect(await engine.engine.sessionsOf(ada, nothing)).toMatchObject([{ session: idOf(old) }])
    expect(engine.errors).toMatchObject([{ code: 'newer_version' }])
    expect(await newer.engine.sessionsOf(ada, nothing)).toHaveLength(1)
  })

  it('begins with what was used last', async () => {
    let now = Date.UTC(2026, 0, 1)
    const { engine } = rig({ clock: () => now, store: watch(memoryStore({ clock: () => now })) })
    const first = await atReview(engine, ada)
    now += day
    const second = await atReview(engine, ada)
    now += day
    await first.send('note.added')
    expect((await engine.sessionsOf(ada, nothing)).map(({ session }) => session)).toEqual([idOf(first), idOf(second)])
  })
})

describe('when the directory fails', () => {
  function failing(method: keyof Directory) {
    let down = true
    const store = watch(memoryStore(), ({ directory }) => ({
      directory: {
        ...directory,
        [method]: (...args: never[]) =>
          down
            ? Promise.reject(new Error('down'))
            : (directory[method] as (...args: never[]) => Promise<unknown>)(...args),
      },
    }))
    return { ...rig({ store }), store, up: () => (down = false) }
  }

  it('an event is applied all the same, and the next one files the session', async () => {
    const { engine, errors, up } = failing('add')
    const someone = await atReview(engine, ada)
    expect(await someone.read()).toMatchObject({ revision: 2 })
    await eventually(() => expect(errors).toMatchObject([{ code: 'store_unavailable' }, { code: 'store_unavailable' }]))
    up()
    await someone.send('note.added')
    await eventually(async () => expect(await engine.sessionsOf(ada, nothing)).toHaveLength(1))
  })

  it('attaching says so, and can be repeated', async () => {
    const { engine, up } = failing('add')
    const someone = await atReview(engine)
    const attach = () => engine.attach('checkout', { ...someone.caller, owner: ada }, inside(idOf(someone)))
    await expect(attach()).rejects.toThrow(code('store_unavailable'))
    // Nothing has happened: the browser has its secret still.
    expect(await someone.read()).toMatchObject({ saved: true, revision: 2 })
    up()
    expect(await attach()).toMatchObject({ outcome: 'applied' })
    expect(await engine.sessionsOf(ada, nothing)).toHaveLength(1)
  })

  it('listing says so, and shows no empty list; nor does it if the records cannot be had', async () => {
    await expect(failing('list').engine.sessionsOf(ada, nothing)).rejects.toThrow(code('store_unavailable'))
    const store = watch(memoryStore())
    await atReview(rig({ store }).engine, ada)
    const { engine } = rig({ store: { ...store, read: () => Promise.reject(new Error('down')) } })
    await expect(engine.sessionsOf(ada, nothing)).rejects.toThrow(code('store_unavailable'))
  })
})

it('a signed-in caller whose credential has no way is wrong wiring', async () => {
  const { engine } = rig()
  const someone = await atReview(engine)
  const { sealedSelector: _, ...credential } = someone.caller.credential ?? mint()
  await expect(engine.attach('checkout', { credential, owner: ada }, mint())).rejects.toThrow(TypeError)
})
