// Load, decide, commit: one turn against the store, retried purely when another writer was faster.

import { randomBytes } from 'node:crypto'
import type { Records } from '../codec/records.ts'
import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { Entry, Found, SessionId, Store } from '../store/store.ts'
import { sleep } from '../time.ts'
import type { Command } from '../turn/commands.ts'
import { keptMs } from '../turn/lifetime.ts'
import { recordOf } from '../turn/open.ts'
import type { SessionRecord } from '../turn/record.ts'
import { type Turn, takeTurn } from '../turn/take-turn.ts'
import { dueAt } from '../turn/timers.ts'
import type { Gone } from '../wire.ts'
import { removed } from './access.ts'
import type { Cache, Cached } from './cache.ts'
import type { Queue } from './queue.ts'
import type { StoreClock } from './store-clock.ts'

export type TurnDeps = { store: Store; records: Records; cache: Cache; queue: Queue; clock: StoreClock }

/** A command before the engine added what every command carries. */
export type Intent = Command extends infer C
  ? C extends Command
    ? Omit<C, 'session' | 'nonce' | 'leaseMs'>
    : never
  : never

/**
 * `fresh`: the id was just made up, so there is nothing to load. `bar` says why the caller may not touch a record, or
 * null; it is asked about every version that a turn is decided on. `notBefore` is a time the store said has come.
 */
export type TurnRequest = {
  flow: Flow
  id: SessionId
  intent: Intent
  leaseMs: number
  fresh?: boolean
  bar?: (record: SessionRecord | undefined) => Gone | null
  notBefore?: number
}

/** A turn that was taken, or why the caller has no session. */
export type Taken = { turn: Turn; gone?: undefined } | { turn?: undefined; gone: Gone }

const maxAttempts = 24

/**
 * Takes one turn and commits it. Resolves with the committed turn; or, decided on the newest record and not on a cached
 * one, with a turn that changed nothing, or with `gone` for a session that was removed or is barred. Rejects with
 * `conflict`, `too_large`, `store_unavailable` (perhaps applied: the same `opId` finds out), or any error of `takeTurn`
 * and the codec.
 */
export function runTurn(deps: TurnDeps, request: TurnRequest): Promise<Taken> {
  return deps.queue.run(request.id, () => attempt(deps, request))
}

async function attempt(
  { store, records, cache, clock }: TurnDeps,
  { flow, id, intent, leaseMs, fresh = false, bar, notBefore = 0 }: TurnRequest,
): Promise<Taken> {
  await clock.sync()
  const command = { ...intent, session: id, leaseMs, nonce: nextNonce() } as Command
  const cached = fresh ? undefined : cache.take(id)
  let found: Found | Cached = cached ?? (fresh ? undefined : await read(store, id))
  let newest = cached === undefined
  for (let tries = 0; tries < maxAttempts; tries++) {
    if (found === 'removed') {
      cache.delete(id)
      return { gone: removed }
    }
    const stored = found && (('opened' in found && found.opened) || (await records.read(id, found)))
    const now = Math.max(clock.now(), notBefore)
    let taken: Taken | undefined
    try {
      const gone = bar?.(stored && recordOf(stored))
      taken = gone ? { gone } : { turn: takeTurn(flow, stored, command, now) }
    } catch (error) {
      if (newest) throw error
    }
    if (taken?.turn?.changed) {
      const { record, shown } = taken.turn
      const next = await records.write(id, record, flow.maxBytes)
      const current = await commit({ store, clock }, id, { bytes: next.bytes, record, now })
      if (current === 'committed' || (await isOwn(records, id, { current, nonce: command.nonce }))) {
        cache.set(id, { ...next, opened: shown && { record, live: shown.live } })
        return taken
      }
      found = current
      if (tries > 0) await sleep(Math.random() * Math.min(50, 2 ** tries))
    } else if (taken && newest) {
      if (found) cache.set(id, { bytes: found.bytes, position: found.position })
      else cache.delete(id)
      return taken
    } else if (found) {
      // Only the newest record may be the reason for a refusal. XState may have changed the cached one in place while
      // it failed, so the bytes are decoded again even if they are the newest.
      const { bytes, position } = found
      const again = await store.read(id, position)
      found = again === 'unchanged' ? { bytes, position } : again
    }
    newest = true
  }
  throw new DogearError('conflict', 'too many writers at once; nothing was changed', { retryAfterMs: 500 })
}

async function read(store: Store, id: SessionId): Promise<Found> {
  const found = await store.read(id)
  return found === 'unchanged' ? undefined : found
}

/** Commits; after a failure the store is asked what happened, because a write that timed out may have landed. */
async function commit(
  { store, clock }: Pick<TurnDeps, 'store' | 'clock'>,
  id: SessionId,
  { bytes, record, now }: { bytes: Uint8Array; record: SessionRecord; now: number },
): Promise<'committed' | Found> {
  const { epoch, revision } = record
  const due = dueAt(record)
  const entry: Entry = {
    ...{ bytes, epoch, revision, ttlMs: keptMs(record, now), poke: true },
    ...(due === undefined ? {} : { dueAt: due }),
  }
  try {
    const sent = clock.moment()
    const result = await store.commit(id, revision - 1, entry)
    if (result.committed) clock.learn(result.now, sent)
    return result.committed ? 'committed' : result.current
  } catch (error) {
    const current = await read(store, id)
    const landed = current === 'removed' || (current?.position.revision ?? 0) >= revision
    if (landed) return current
    throw error
  }
}

// A driver that sends a command again after a lost reply reports a conflict with its own commit.
async function isOwn(records: Records, id: SessionId, { current, nonce }: { current: Found; nonce: string }) {
  return typeof current === 'object' && (await records.read(id, current)).commit === nonce
}

const prefix = randomBytes(6).toString('base64url')
let count = 0

/** Unique across processes and within this one; not a secret. */
function nextNonce(): string {
  count++
  return `${prefix}${count.toString(36)}`
}
