// Keys come and go with `rekey`; sessions and people with `erase`, and nothing of them is left.

import { randomBytes } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { keyIdOf } from '../codec/sealed.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import { codesOf } from '../engine/handoffs.ts'
import { atReview, type Person, person } from '../engine/harness.fixture.ts'
import { positionOf } from '../position.ts'
import { memoryStore } from '../store/memory.ts'
import type { View } from '../wire.ts'
import type { Command } from './command.ts'
import { erase } from './commands/erase.ts'
import { rekey } from './commands/rekey.ts'
import { hanging } from './config.fixture.ts'
import { createOutput } from './output.ts'

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const [old, fresh] = [newKey('k1'), newKey('k2')]
const settings = { rate: 1_000_000, batch: 7 }
const idOf = (someone: Person): string => someone.caller.credential?.id ?? ''

/** Runs a command; its document, its lines, its exit code. */
async function run<Options>(
  command: Command<Options>,
  engine: Engine,
  options: Options,
  stopped = new Promise<string>(() => {}),
) {
  const said: string[] = []
  const outputOf = (json: boolean) =>
    createOutput({ json, color: false, stdout: (text) => said.push(text), stderr: () => {} })
  const context = { out: outputOf(true), folder: '', terminal: false, given: [], stopped: () => stopped }
  const code = await command.run({ engine }, options, context)
  return { code, document: JSON.parse(said.join('') || '{}') }
}

/** Archives the commits of so many sessions, which rest for a second before. */
async function archived(engine: Engine, sessions: number): Promise<void> {
  let written = 0
  const enough = async () => {
    written += (await engine.archiver?.write(100)) ?? 0
    expect(written).toBe(sessions)
  }
  await vi.waitFor(enough, { timeout: 10_000, interval: 100 })
}

/** A fast store and an archive; engines on both with the keys given. */
function fleet() {
  const store = memoryStore()
  const archive = memoryStore()
  const engineWith = (keys: string | undefined) =>
    createEngine({ store, archive, flows: [hanging()], effectWaitMs: 1, ...(keys !== undefined && { keys }) })
  return { store, archive, engineWith }
}

it('[M41] rekey seals what another key sealed or none did, in the store and in the archive', async () => {
  const { store, archive, engineWith } = fleet()
  const before = engineWith(undefined)
  const unsealed = await atReview(before)
  const during = engineWith(old)
  const people = [unsealed, ...(await Promise.all(Array.from({ length: 20 }, () => atReview(during))))]
  const after = engineWith(`${fresh},${old}`)
  const views = await Promise.all(people.map((someone) => someone.read()))

  const checked = await run(rekey, after, { ...settings, check: true })
  expect(checked).toMatchObject({ code: 1, document: { sealsWith: 'k2', left: 21, resealed: 0 } })
  expect(checked.document.keys).toContainEqual({ key: 'k1', store: 20, archive: 0, owned: 0, unreadable: 0 })

  const swept = await run(rekey, after, settings)
  expect(swept).toMatchObject({ code: 0, document: { left: 0, resealed: 21, failures: 0, stopped: null } })
  expect(swept.document.keys).toEqual([{ key: 'k2', store: 21, archive: 21, owned: 0, unreadable: 0 }])
  const retired = engineWith(fresh)
  for (const [index, someone] of people.entries()) {
    for (const place of [store, archive]) {
      const found = await place.read(idOf(someone))
      expect(typeof found === 'object' && keyIdOf(found.bytes)).toBe('k2')
    }
    const there = person(retired, someone.caller.credential)
    const { view } = await there.send('note.added', {}, { step: 'review', position: positionOf(views[index] as View) })
    expect(view).toMatchObject({ step: 'review', revision: 4 })
  }
})

it('rekey brings back what only the archive has, and keeps what it cannot open, with a reason', async () => {
  const { store, archive, engineWith } = fleet()
  const before = engineWith(old)
  const someone = await atReview(before)
  await archived(before, 1)
  await store.remove(idOf(someone), 0)
  const strangers = await atReview(engineWith(newKey('k9')))
  const kept = await store.read(idOf(strangers))
  const { code, document } = await run(rekey, engineWith(`${fresh},${old}`), settings)
  expect({ code, document }).toMatchObject({ code: 1, document: { failures: 1, left: 2 } })
  expect(document.failed[0]).toMatchObject({ session: idOf(strangers), reason: expect.stringContaining('"k9"') })
  expect(await store.read(idOf(strangers))).toEqual(kept)
  const row = await archive.get(idOf(someone))
  expect(typeof row === 'object' && keyIdOf(row.bytes)).toBe('k2')
})

const offer = { mode: 'join' as const, link: 'link', code: 'hash-of-the-code', locator: 'locator', lifetimeMs: 60_000 }

it('[M66] erase removes a session everywhere, whatever is under way, and says so', async () => {
  const { store, archive, engineWith } = fleet()
  const engine = engineWith(old)
  const owner = { id: engine.keyring?.digests('owner', 'ada')[0] ?? '', label: 'a•••' }
  const [someone, other] = [await atReview(engine, owner), await atReview(engine, owner)]
  const id = idOf(someone)
  await engine.offerHandoff('checkout', someone.caller, offer)
  await someone.send('order.placed')
  await archived(engine, 1)
  expect(await engine.store.directory.list(owner.id, 9)).toContain(id)

  const { code, document } = await run(erase, engineWith(`${fresh},${old}`), { ...settings, session: id })
  expect({ code, document }).toMatchObject({
    code: 0,
    document: { left: 0, erased: [{ session: id, found: 'record' }] },
  })
  expect(document.erased[0].underWay).toEqual(['chargeCard'])
  expect(document.erased[0].looks.map(({ place, clear }: { place: string; clear: boolean }) => [place, clear])).toEqual(
    [
      ['the store', true],
      ['the archive', true],
      ...['store', 'archive'].flatMap((where) =>
        ['agenda', 'backlog', 'leases', 'progress'].map((room) => [`${room} of the ${where}`, true]),
      ),
      ['lists of owners', true],
      ['one-time codes', true],
    ],
  )
  expect([await store.read(id), await archive.get(id)]).toEqual(['removed', 'removed'])
  expect(await engine.store.directory.list(owner.id, 9)).toEqual([idOf(other)])
  expect(await engine.store.directory.list(codesOf(id), 9)).toEqual([])
  expect(await engine.store.directory.tryCode('locator', 9)).toBeUndefined()
  expect(await store.claimDue(100, 1, undefined, 'latest')).not.toContainEqual(expect.objectContaining({ id }))
  expect(await someone.read()).toMatchObject({ gone: { why: 'removed' } })
  const again = await run(erase, engine, { ...settings, session: id })
  expect(again).toMatchObject({ code: 0, document: { erased: [{ found: 'removed' }] } })
})

it('[M66] erase finds the sessions of an owner by their records, under every key', async () => {
  const { store, archive, engineWith } = fleet()
  const [before, after] = [engineWith(old), engineWith(`${fresh},${old}`)]
  const signedIn = (engine: Engine, user: string) => ({
    id: engine.keyring?.digests('owner', user)[0] ?? '',
    label: 'x•••',
  })
  const [first, second, unlisted] = (await Promise.all(
    [before, after, after].map((engine) => atReview(engine, signedIn(engine, 'ada'))),
  )) as [Person, Person, Person]
  const stranger = await atReview(after, signedIn(after, 'eve'))
  await archived(after, 4)
  await store.remove(idOf(second), 0)
  const [adas = ''] = after.keyring?.digests('owner', 'ada') ?? []
  await after.store.directory.drop(adas, idOf(unlisted))
  await after.store.directory.add(adas, idOf(stranger), 60_000)

  const { code, document } = await run(erase, after, { ...settings, owner: 'ada' })
  expect({ code, document }).toMatchObject({ code: 0, document: { looked: 4, left: 0 } })
  const erased = document.erased.map(({ session }: { session: string }) => session)
  expect(erased.sort()).toEqual([first, second, unlisted].map(idOf).sort())
  for (const one of [first, second, unlisted]) expect(await archive.get(idOf(one))).toBe('removed')
  expect(await after.store.directory.list(adas, 9)).toEqual([])
  expect(await stranger.read()).toMatchObject({ step: 'review' })
  expect(await run(erase, after, { ...settings, owner: 'ada' })).toMatchObject({ code: 1, document: { erased: [] } })
})

it.each([
  [{}, 'Name --session'],
  [{ session: 'x', owner: 'y' }, 'Name --session'],
  [{ session: 'no id' }, 'no session id'],
])('erase refuses %j', async (options, message) => {
  const { code, document } = await run(erase, fleet().engineWith(old), { ...settings, ...options })
  expect(code).toBe(2)
  expect(document.error).toContain(message)
})

it('erase needs the keys to find an owner', async () => {
  const { code, document } = await run(erase, fleet().engineWith(undefined), { ...settings, owner: 'ada' })
  expect({ code, document }).toMatchObject({ code: 2, document: { error: expect.stringContaining('keys') } })
})
