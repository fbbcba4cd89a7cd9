// The erasure of a session: removed wherever it is, then looked for again.

import { recordsOf } from '../codec/records.ts'
import { tagOf } from '../engine/access.ts'
import type { Engine } from '../engine/engine.ts'
import { codesOf } from '../engine/handoffs.ts'
import { isDogearError } from '../errors.ts'
import type { SessionId, Store } from '../store/store.ts'
import { sleep } from '../time.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Config } from './define-config.ts'

/** One place that was looked at after the erasure; `clear` if nothing of the session is there. */
export type Look = { place: string; clear: boolean; detail: string }

/** `found` says what was there before. `underWay` are effects that a process may be working on still. */
export type Erased = {
  session: SessionId
  found: 'record' | 'unreadable' | 'removed' | 'nothing'
  underWay: string[]
  looks: Look[]
}

const tombstoneMs = 24 * 3_600_000
const mostCodes = 1_000
const mostListed = 100_000

// A process that works for the session may renew a lease once more before it hears of the end.
const mostLooks = 5
const pauseMs = 400

/**
 * Removes a session from the store and the archive, with what leads to it: its codes, its entry in the list of its
 * owner, or of `owners`, where its record cannot be read; then has the application remove what it keeps of it. Its
 * tombstones stay for a day, so that no timer, no late effect and no archive brings it back. Rejects if the store, the
 * archive or the application fails: then run it again.
 */
export async function erase(
  { engine, erase: eraseElsewhere }: Pick<Config, 'engine' | 'erase'>,
  session: SessionId,
  owners: readonly string[] = [],
): Promise<Erased> {
  const { store, archive } = engine
  const { directory } = store
  const { found, record } = await lookAt(engine, session)
  const lists = [...new Set([...owners, ...(record?.owner ? [record.owner.id] : [])])]
  const codes = await directory.list(codesOf(session), mostCodes)
  for (const code of codes) {
    await directory.dropCode(code)
    await directory.drop(codesOf(session), code)
  }
  await store.remove(session, tombstoneMs)
  // The archive has its tombstone, so there is nothing more to be brought there.
  await store.settle?.(session, undefined)
  for (const owner of lists) await directory.drop(owner, session)
  await eraseElsewhere?.({ session, tag: tagOf(session) })

  const looks: Look[] = [standing('the store', await store.read(session))]
  if (archive) looks.push(standing('the archive', await archive.get(session)))
  looks.push(...(await roomsOf('the store', store, session)))
  if (archive) looks.push(...(await roomsOf('the archive', archive, session)))
  const listed = await Promise.all(lists.map((owner) => directory.list(owner, mostListed)))
  looks.push(counted('lists of owners', lists.length, listed.filter((ids) => ids.includes(session)).length))
  const open = await Promise.all(codes.map((code) => directory.tryCode(code, 1)))
  const filed = await directory.list(codesOf(session), mostCodes)
  looks.push(counted('one-time codes', codes.length, open.filter((value) => value !== undefined).length + filed.length))
  if (eraseElsewhere) looks.push({ place: 'the application', clear: true, detail: 'its own erase has run' })
  const underWay = (record?.effects ?? []).filter(({ settled }) => !settled).map(({ id }) => id)
  return { session, found, underWay, looks }
}

async function lookAt(
  { store, codec }: Engine,
  session: SessionId,
): Promise<{ found: Erased['found']; record?: SessionRecord }> {
  const found = await store.read(session)
  if (found === 'removed') return { found }
  if (found === undefined || found === 'unchanged') return { found: 'nothing' }
  try {
    return { found: 'record', record: await recordsOf(codec).read(session, found) }
  } catch (error) {
    if (!isDogearError(error) || error.code === 'store_unavailable') throw error
    return { found: 'unreadable' }
  }
}

/** One look at each room of a store: agenda, backlog, leases, progress. A store that cannot tell has none. */
async function roomsOf(where: string, store: Store, session: SessionId): Promise<Look[]> {
  let traces = await store.tracesOf?.(session)
  for (let looked = 1; traces?.leases && looked < mostLooks; looked++) {
    await sleep(pauseMs)
    traces = await store.tracesOf?.(session)
  }
  const { record: _, ...rooms } = traces ?? {}
  return Object.entries(rooms).map(([room, there]) => ({
    place: `${room} of ${where}`,
    clear: !there,
    detail: there ? 'something of it' : 'nothing',
  }))
}

const standing = (place: string, found: unknown): Look => {
  if (found === 'removed') return { place, clear: true, detail: 'its tombstone, which holds nothing of it' }
  return { place, clear: found === undefined, detail: found === undefined ? 'nothing' : 'a record' }
}

const counted = (place: string, looked: number, there: number): Look => ({
  place,
  clear: there === 0,
  detail: there === 0 ? `${looked} looked at, none leads to it` : `${there} of ${looked} lead to it`,
})
