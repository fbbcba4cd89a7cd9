// An engine with keys: what it stores is sealed, what it cannot open it keeps, and production does not go without.

import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Codec, jsonCodec, type PlainCodec } from '../../codec/codec.ts'
import { keyIdOf } from '../../codec/sealed.ts'
import { checkout } from '../../flow/checkout.fixture.ts'
import type { KeyService } from '../../keys/key-service.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store, Stored } from '../../store/store.ts'
import { world } from '../archive/world.fixture.ts'
import { createEngine } from '../engine.ts'
import { atReview, person, rig, watch } from '../harness.fixture.ts'

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const keys = newKey('k1')
const unreadable = expect.objectContaining({ code: 'record_unreadable' })

const storedIn = async (store: Store, id = ''): Promise<Stored> => (await store.read(id)) as Stored
const idOf = (someone: { caller: { credential?: { id: string } | undefined } }) => someone.caller.credential?.id ?? ''

afterEach(() => vi.unstubAllEnvs())

describe('an engine with keys', () => {
  it.each([
    ['MessagePack', {}],
    ['JSON', { codec: jsonCodec() }],
  ])('[M44] stores nothing that is readable, in %s', async (_, options) => {
    const { engine, store } = rig({ keys, ...options })
    const someone = await atReview(engine)
    const { bytes } = await storedIn(store, idOf(someone))
    expect(keyIdOf(bytes)).toBe('k1')
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/Ada|tok_ok|review|shipping/)
    const other = rig({ store, keys, ...options })
    expect(await person(other.engine, someone.caller.credential).read()).toMatchObject({ step: 'review' })
  })

  it.each(['on', 'off'] as const)(
    'keeps apart what a codec writes into one and the same memory, sealing %s',
    async (sealing) => {
      const memory = Buffer.alloc(100_000)
      const inner = jsonCodec()
      const codec: PlainCodec = {
        encode(record) {
          const bytes = inner.encode(record)
          memory.set(bytes)
          return memory.subarray(0, bytes.length)
        },
        decode: (bytes) => inner.decode(bytes),
      }
      const { engine, store } = rig({ keys, codec, sealing })
      const people = Array.from({ length: 20 }, () => person(engine))
      await Promise.all(
        people.map((each, index) => each.send('shipping.submitted', { name: `Ada ${index}`, city: 'London' })),
      )
      const again = people.map(({ caller }) => person(rig({ store, keys, codec }).engine, caller.credential).read())
      expect((await Promise.all(again)).map((view) => JSON.stringify(view).match(/Ada \d+/)?.[0])).toEqual(
        people.map((_, index) => `Ada ${index}`),
      )
    },
  )

  it('gives a codec and a key service one deadline together', async () => {
    const slowly = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 200, value))
    const service: KeyService = {
      id: 'kms',
      wrap: (key) => slowly(key),
      unwrap: (key) => slowly(key),
    }
    const inner = jsonCodec()
    const codec: Codec = { encode: (record) => slowly(inner.encode(record)), decode: (bytes) => inner.decode(bytes) }
    const { engine } = rig({ keys: [service, keys], codec, deadlineMs: 300 })
    await expect(person(engine).send('shipping.submitted', { name: 'Ada', city: 'London' })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  })

  it('that are only to open seals nothing: neither record nor lease nor what is filed', async () => {
    const { engine, store } = rig({ keys, sealing: 'off' })
    expect(engine.sealsWith).toBeUndefined()
    const someone = await atReview(engine, { id: 'ada', label: 'a•••' })
    expect(keyIdOf((await storedIn(store, idOf(someone))).bytes)).toBeUndefined()
    expect(await store.directory.list('ada', 10)).toEqual([idOf(someone)])
    await engine.store.hold('s', 'effect', 'here', 60_000)
    expect(await store.hold('s', 'effect', 'another process', 60_000)).toBe(false)
    expect(rig({ keys }).engine.sealsWith).toBe('k1')
  })

  it('reads what was stored before it had any, and seals it with the next write', async () => {
    const store = watch(memoryStore())
    const someone = await atReview(rig({ store }).engine)
    expect(keyIdOf((await storedIn(store, idOf(someone))).bytes)).toBeUndefined()
    const now = person(rig({ store, keys }).engine, someone.caller.credential)
    expect(await now.read()).toMatchObject({ step: 'review' })
    await now.send('note.added')
    expect(keyIdOf((await storedIn(store, idOf(someone))).bytes)).toBe('k1')
  })

  it.each([
    ['another one', newKey('k2')],
    ['none', undefined],
  ])('[M42] has its records kept by a process with %s, never taken for no session', async (_, others) => {
    const { engine, store } = rig({ keys })
    const someone = await atReview(engine)
    const before = await storedIn(store, idOf(someone))
    const there = person(rig({ store, keys: others }).engine, someone.caller.credential)
    await expect(there.read()).rejects.toThrow(unreadable)
    await expect(there.read()).rejects.toThrow('"k1"')
    await expect(there.send('note.added')).rejects.toThrow(unreadable)
    await expect(there.send('shipping.submitted', { name: 'Eve' })).rejects.toThrow(unreadable)
    expect(await store.read(idOf(someone))).toEqual(before)
    expect(await someone.read()).toMatchObject({ step: 'review' })
  })

  it('[M39] opens no record in the place of another one, nor an earlier one of its own', async () => {
    const { engine, store } = rig({ keys })
    const [ada, eve] = [await atReview(engine), await atReview(engine)]
    const earlier = await storedIn(store, idOf(eve))
    await eve.send('note.added')
    const latest = await storedIn(store, idOf(eve))
    const planted = [(await storedIn(store, idOf(ada))).bytes, earlier.bytes]
    for (const bytes of planted) {
      const pasted = { ...store, read: async () => ({ bytes, position: latest.position }) }
      const there = person(rig({ store: watch(pasted as Store), keys }).engine, eve.caller.credential)
      await expect(there.read()).rejects.toThrow(unreadable)
    }
  })
})

describe('behind a fast store, the archive', () => {
  it('has the same sealed bytes, which come back, and are bound anew where the epoch is', async () => {
    const { hot, archive, clock, pass, flush } = world()
    const options = { flows: [checkout], clock, effectWaitMs: 50 }
    const process = () => createEngine({ store: hot(), archive, keys, ...options })
    const here = process()
    const someone = await atReview(here)
    const sealed = await storedIn(hot(), idOf(someone))
    pass(1_001)
    await here.archiver?.write(10)
    expect((await archive.get(idOf(someone))) as Stored).toMatchObject(sealed)
    flush()
    expect(await person(process(), someone.caller.credential).read()).toMatchObject({ step: 'review', epoch: 1 })
    const back = await storedIn(hot(), idOf(someone))
    expect(keyIdOf(back.bytes)).toBe('k1')
    expect(Buffer.compare(back.bytes, sealed.bytes)).not.toBe(0)
  })
})

describe('with a key service, an engine', () => {
  /** A service that shifts every byte by one: the engine cannot tell how it wraps. `isDown` makes it fail. */
  function service() {
    const self = { id: 'kms', isDown: false, wrap: shift(1), unwrap: shift(-1) }
    function shift(by: number) {
      return async (bytes: Uint8Array) => {
        if (self.isDown) throw new Error('the service is down')
        return bytes.map((byte) => byte + by)
      }
    }
    return self
  }

  it('seals with data keys that the service wraps, and opens what its own keys sealed before', async () => {
    const store = watch(memoryStore())
    const someone = await atReview(rig({ store, keys }).engine)
    const kms = service()
    const here = person(rig({ store, keys: [kms, keys] }).engine, someone.caller.credential)
    expect(await here.read()).toMatchObject({ step: 'review' })
    await here.send('note.added')
    const { bytes } = await storedIn(store, idOf(someone))
    expect(keyIdOf(bytes)).toBe('kms')
    const there = rig({ store, keys: [keys, kms] }).engine
    expect(await person(there, someone.caller.credential).read()).toMatchObject({ step: 'review', revision: 3 })
    expect(there.keyring).toBeDefined()
  })

  it('handles its outage like one of the store, and goes on after it', async () => {
    const store = watch(memoryStore())
    const kms = service()
    const someone = await atReview(rig({ store, keys: [kms, keys] }).engine)
    const before = await storedIn(store, idOf(someone))
    kms.isDown = true
    const there = person(rig({ store, keys: [kms, keys] }).engine, someone.caller.credential)
    const unavailable = expect.objectContaining({ code: 'store_unavailable', retryAfterMs: 2_000 })
    await expect(there.read()).rejects.toThrow(unavailable)
    await expect(there.send('note.added')).rejects.toThrow(unavailable)
    await expect(
      person(rig({ store, keys: [kms, keys] }).engine).send('shipping.submitted', { name: 'Eve' }),
    ).rejects.toThrow(unavailable)
    expect(await store.read(idOf(someone))).toEqual(before)
    kms.isDown = false
    expect((await there.send('note.added')).outcome).toBe('applied')
  })

  it('does not bring a session back from the archive at the wrong position, because the service is away', async () => {
    const { hot, archive, clock, pass, flush } = world()
    const kms = service()
    const process = () =>
      createEngine({ store: hot(), archive, keys: [kms, keys], flows: [checkout], clock, effectWaitMs: 50 })
    const here = process()
    const someone = await atReview(here)
    pass(1_001)
    await here.archiver?.write(10)
    flush()
    kms.isDown = true
    const there = person(process(), someone.caller.credential)
    await expect(there.read()).rejects.toThrow(expect.objectContaining({ code: 'store_unavailable' }))
    expect(await hot().read(idOf(someone))).toBeUndefined()
    kms.isDown = false
    expect(await there.read()).toMatchObject({ step: 'review', epoch: 1 })
  })

  it.each([
    ['an id that cannot be written', [{ ...service(), id: 'my kms' }, keys], 'needs an id'],
    ['the id of a key', [keys, { ...service(), id: 'k1' }], 'two keys with the id "k1"'],
    ['the id of another one', [service(), service(), keys], 'two keys with the id "kms"'],
    ['no key of the server beside it', [service()], 'only key services'],
  ])('does not start if it has %s', (_, given, message) => {
    expect(() => rig({ keys: given })).toThrow(message)
  })
})

describe('in production, an engine', () => {
  const start = (options: object) => () => createEngine({ store: memoryStore(), flows: [], ...options })

  it.each([
    ['without keys', {}, 'DOGEAR_KEYS'],
    ['with empty ones', { keys: '' }, 'keys is empty'],
    ['with one that a person made up', { keys: 'k1:correct-horse-battery-staple-and-forty-three' }, 'made up'],
    ['with one of an example', { keys: `k1:CHANGE_this-Key_before-You_deploy-${newKey('').slice(1, 13)}` }, 'made up'],
    ['with one that is too short', { keys: `k1:${randomBytes(16).toString('base64url')}` }, '16 bytes'],
    ['with keys that it is to require, and none', { sealing: 'required' }, 'DOGEAR_KEYS'],
  ])('[M43] does not start %s', (_, options, message) => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(start(options)).toThrow(TypeError)
    expect(start(options)).toThrow(message)
  })

  it.each([
    ['with good keys', { keys }],
    ['without, if that is said', { sealing: 'off' }],
  ])('starts %s', (_, options) => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(start(options)).not.toThrow()
  })

  it('needs none while Next builds, which serves nobody', () => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    expect(start({})().keyring).toBeDefined()
  })
})

it('[M43] shows its keys to nobody who looks at it, or at its errors', async () => {
  const { engine, store } = rig({ keys })
  const someone = await atReview(engine)
  const error = await person(rig({ store }).engine, someone.caller.credential)
    .read()
    .catch((thrown: unknown) => thrown)
  const shown = inspect([engine, error], { depth: 12, showHidden: true }) + JSON.stringify([engine.keyring, error])
  const secret = keys.slice(3)
  expect(shown).not.toContain(secret)
  expect(shown).not.toContain(Buffer.from(secret, 'base64url').toString('hex').slice(0, 16))
})
