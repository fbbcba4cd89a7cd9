import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import { memoryStore } from '../store/memory.ts'
import { onStore } from './config.fixture.ts'
import { look } from './session.ts'
import { toSessionId } from './session-id.ts'

const [selector, secret] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')]
const id = createHash('sha256').update(selector).digest('base64url')

it('a session is named by its id, or by its cookie with or without the name', () => {
  for (const text of [id, `${selector}.${secret}`, `__Host-dogear.checkout=${selector}.${secret}`])
    expect(toSessionId(text)).toBe(id)
  for (const text of ['', 'nope', selector, `${selector}.`, `${id}.${secret}`, `${selector}.${secret}.x`])
    expect(toSessionId(text)).toBeUndefined()
})

it('a session that is not there, and one that was ended, are told apart', async () => {
  const store = memoryStore()
  expect(await look(onStore(store).engine, 'never')).toEqual({ found: 'nothing', session: 'never' })
  await store.remove('ended', 1000)
  expect(await look(onStore(store).engine, 'ended')).toEqual({ found: 'removed', session: 'ended' })
})

it('a record that cannot be read is described by format byte, size and position, and kept', async () => {
  const store = memoryStore()
  const bytes = Uint8Array.of(9, 1, 2)
  await store.commit('odd', 0, { bytes, ...at(1, 3), ttlMs: 60_000 })
  expect(await look(onStore(store).engine, 'odd')).toEqual({
    found: 'unreadable',
    session: 'odd',
    format: 9,
    bytes: 3,
    position: at(1, 3),
    reason: 'record_unreadable: the stored record cannot be read; it is kept as it is',
  })
  expect(await store.read('odd')).toMatchObject({ bytes })
})
