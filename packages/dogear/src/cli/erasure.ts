// The erasure of a session: removed wherever it is, then looked for again.

import { recordsOf } from '../codec/records.ts'
import type { Engine } from '../engine/engine.ts'
import { codesOf } from '../engine/handoffs.ts'
import { isDogearError } from '../errors.ts'
import type { SessionId } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'

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

/**
 * Removes a session from the store and the archive, with what leads to it: its codes, its entry in the list of its
 * owner, or of `owners`, where its record cannot be read. Its tombstones stay for a day, so that no timer, no late
 * effect and no archive brings it back. Rejects if the store or the archive fails: then run it again.
 */
export async function erase(engine: Engine, session: SessionId, owners: readonly string[] = []): Promise<Erased> {
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
  for (const owner of lists) await directory.drop(owner, session)

  const looks: Look[] = [standing('the store', await store.read(session))]
  if (archive) looks.push(standing('the archive', await archive.get(session)))
  const listed = await Promise.all(lists.map((owner) => directory.list(owner, mostListed)))
  looks.push(counted('lists of owners', lists.length, listed.filter((ids) => ids.includes(session)).length))
  const open = await Promise.all(codes.map((code) => directory.tryCode(code, 1)))
  looks.push(counted('one-time codes', codes.length, open.filter((value) => value !== undefined).length))
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

const standing = (place: string, found: unknown): Look => {
  if (found === 'removed') return { place, clear: true, detail: 'its tombstone, which holds nothing of it' }
  return { place, clear: found === undefined, detail: found === undefined ? 'nothing' : 'a record' }
}

const counted = (place: string, looked: number, there: number): Look => ({
  place,
  clear: there === 0,
  detail: there === 0 ? `${looked} looked at, none leads to it` : `${there} of ${looked} lead to it`,
})
