// Beside the records: nothing in the directory links two sessions of one person, or leads from a code to a session.

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKeyring } from '../../keys/keyring.ts'
import { testStore } from '../../store/conformance.ts'
import { memoryStore } from '../../store/memory.ts'
import { sealedArchive, sealedStore } from './sealed-store.ts'

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const keys = newKey('k1')
const by = (given = keys, writes = true) => ({ keyring: createKeyring(given, true), writes })
const minute = 60_000

testStore({
  name: 'a sealed store',
  make() {
    let now = Date.UTC(2026, 0, 1)
    const advance = (ms: number): void => {
      now += ms
    }
    return { store: sealedStore(memoryStore({ clock: () => now }), by()), advance }
  },
  skip: { archive: 'a sealed store is in front of an archive' },
})

testStore({
  name: 'a sealed archive',
  make() {
    let now = Date.UTC(2026, 0, 1)
    const advance = (ms: number): void => {
      now += ms
    }
    return { store: sealedArchive(memoryStore({ clock: () => now }), by()), advance }
  },
  skip: {},
})

describe('a list of an owner', () => {
  it('shows no session, and not the same for two owners, to somebody with the store alone', async () => {
    const plain = memoryStore()
    const { directory } = sealedStore(plain, by())
    for (const owner of ['ada', 'eve']) await directory.add(owner, 'session-1', minute)
    const [ada, eve] = [await plain.directory.list('ada', 10), await plain.directory.list('eve', 10)]
    expect([...ada, ...eve].join()).not.toContain('session-1')
    expect(ada).not.toEqual(eve)
    expect(await directory.list('ada', 10)).toEqual(['session-1'])
  })

  it('has a session once, however often it is filed and by whichever key, and loses it whole', async () => {
    const plain = memoryStore()
    const other = newKey('k2')
    const [before, during] = [sealedStore(plain, by()), sealedStore(plain, by(`${other},${keys}`))]
    await plain.directory.add('ada', 'session-1', minute)
    for (const { directory } of [before, before, during]) await directory.add('ada', 'session-1', minute)
    expect(await plain.directory.list('ada', 10)).toHaveLength(3)
    expect(await during.directory.list('ada', 10)).toEqual(['session-1'])
    expect(await sealedStore(plain, by(other)).directory.list('ada', 10)).toEqual(['session-1'])
    await during.directory.drop('ada', 'session-1')
    expect(await plain.directory.list('ada', 10)).toEqual([])
  })
})

describe('a one-time code', () => {
  it('leads to its entry with the keys only, and under its own name only', async () => {
    const plain = memoryStore()
    const { directory } = sealedStore(plain, by())
    await directory.putCode('code', '{"session":"session-1"}', minute)
    const stored = (await plain.directory.tryCode('code', 9)) ?? ''
    expect(stored).not.toContain('session')
    expect(await directory.tryCode('code', 9)).toBe('{"session":"session-1"}')
    await plain.directory.putCode('other', stored, minute)
    expect(await directory.tryCode('other', 9)).toBeUndefined()
    expect(await sealedStore(plain, by(newKey('k2'))).directory.tryCode('code', 9)).toBeUndefined()
  })

  it('of before is read, and one that is sealed is read with sealing off', async () => {
    const plain = memoryStore()
    await plain.directory.putCode('old', 'c2Vzc2lvbg', minute)
    expect(await sealedStore(plain, by()).directory.tryCode('old', 9)).toBe('c2Vzc2lvbg')
    await sealedStore(plain, by()).directory.putCode('new', 'value', minute)
    const off = sealedStore(plain, by(keys, false)).directory
    expect(await off.tryCode('new', 9)).toBe('value')
    await off.putCode('off', 'value', minute)
    expect(await plain.directory.tryCode('off', 9)).toBe('value')
  })
})

it('names neither effect nor holder in a lease, and the same to every process', async () => {
  const plain = memoryStore()
  const [keysOfLeases, holders]: [string[], string[]] = [[], []]
  const noting: typeof plain = {
    ...plain,
    hold: (id, key, token, ...rest) => {
      keysOfLeases.push(key)
      holders.push(token)
      return plain.hold(id, key, token, ...rest)
    },
    commit: (id, expected, entry) => {
      keysOfLeases.push(...(entry.leases ?? []).map(({ key }) => key))
      holders.push(...(entry.leases ?? []).map(({ token }) => token))
      return plain.commit(id, expected, entry)
    },
  }
  const [here, there] = [sealedStore(noting, by()), sealedStore(noting, by())]
  const leases = [{ key: 'session-1.chargeCard.1', token: 'holder-a', forMs: minute }]
  const entry = { bytes: new Uint8Array(1), revision: 1, mark: 'markmark', ttlMs: minute }
  await here.commit('session-1', 0, { ...entry, leases })
  expect(await there.hold('session-1', 'session-1.chargeCard.1', 'holder-b', minute)).not.toBe(true)
  expect(await there.hold('session-1', 'session-1.chargeCard.1', 'holder-a', minute)).toBe(true)
  expect(keysOfLeases).toHaveLength(3)
  expect(new Set(keysOfLeases).size).toBe(1)
  expect(keysOfLeases.join()).not.toContain('chargeCard')
  // The holder of an intent is a hash of what an effect began with, which could be guessed.
  expect(new Set(holders).size).toBe(2)
  expect(holders.join()).not.toContain('holder')
})
