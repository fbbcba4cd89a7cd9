// Load, decide, commit: one turn against the store, retried purely when another writer was faster.

import { randomBytes } from 'node:crypto'
import type { Codec } from '../codec/codec.ts'
import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { Entry, Found, SessionId, Store, Stored } from '../store/store.ts'
import { sleep } from '../time.ts'
import type { SessionRecord } from '../turn/record.ts'
import { type Command, type Turn, takeTurn } from '../turn/take-turn.ts'
import { dueAt } from '../turn/timers.ts'
import type { Cache, Cached } from './cache.ts'
import type { Queue } from './queue.ts'
import type { StoreClock } from './store-clock.ts'

export type TurnDeps = { store: Store; codec: Codec; cache: Cache; queue: Queue; clock: StoreClock }

/** A command before the engine added what every command carries. */
export type Intent = Command extends infer C
  ? C extends Command
    ? Omit<C, 'session' | 'nonce' | 'leaseMs'>
    : never
  : never

/**
 * `fresh` says the session id was just made up, so there is nothing to load. `admit` throws if the caller may not touch the
 * record; it is asked about every version of the record that is decided on. `notBefore` is a time the store has said has come.
 */
export type TurnRequest = {
  flow: Flow
  id: SessionId
  intent: Intent
  leaseMs: number
  fresh?: boolean
  admit?: (record: SessionRecord | undefined) => void
  notBefore?: number
}

const maxAttempts = 24

/**
 * Takes one turn and commits it. Resolves with the turn once it is committed, or with a turn that changed nothing; that one was
 * decided on the newest record, not on a cached one. Rejects with `session_gone`, `conflict`, `too_large`, `store_unavailable`
 * (then it may have been applied: the same `opId` finds out) and whatever `takeTurn` or the codec throw.
 */
export function runTurn(deps: TurnDeps, request: TurnRequest): Promise<Turn> {
  return deps.queue.run(request.id, () => attempt(deps, request))
}

async function attempt(
  { store, codec, cache, clock }: TurnDeps,
  { flow, id, intent, leaseMs, fresh = false, admit, notBefore = 0 }: TurnRequest,
): Promise<Turn> {
  await clock.sync()
  const command = { ...intent, session: id, leaseMs, nonce: nextNonce() } as Command
  let found: Found | Cached = fresh ? undefined : cache.take(id)
  let newest = fresh
  if (!found && !fresh) {
    found = await read(store, id)
    newest = true
  }
  for (let tries = 0; tries < maxAttempts; tries++) {
    const record = openStored(codec, id, found)
    const now = Math.max(clock.now(), notBefore)
    let turn: Turn | undefined
    try {
      admit?.(record)
      turn = takeTurn(flow, record, command, now)
    } catch (error) {
      if (newest) throw error
    }
    if (turn?.outcome.kind === 'applied' && turn.record) {
      const stored = encode(codec, flow, { id, record: turn.record })
      const current = await commit({ store, clock }, id, { stored, record: turn.record, now })
      if (current === 'committed' || isOwn(codec, id, { current, nonce: command.nonce })) {
        cache.set(id, { ...stored, record: turn.record })
        return turn
      }
      found = current
      if (tries > 0) await sleep(Math.random() * Math.min(50, 2 ** tries))
    } else if (turn && newest) {
      remember(cache, id, found)
      return turn
    } else {
      // Decided on a cached record: only the newest one may be the ground for a refusal, and decoded anew, because the machine
      // may have changed the one in memory while it failed.
      const { bytes, position } = found as Stored
      const again = await store.read(id, position)
      found = again === 'unchanged' ? { bytes, position } : again
    }
    newest = true
  }
  throw new DogearError('conflict', 'too many writers at once; nothing was changed', { retryAfterMs: 500 })
}

/** The record in what the store gave. Throws `session_gone` for a removed one, `record_unreadable` for one that is not itself. */
export function openStored(codec: Codec, id: SessionId, found: Found | Cached): SessionRecord | undefined {
  if (found === undefined) return undefined
  if (found === 'removed') throw new DogearError('session_gone', 'the session was ended')
  if ('record' in found && found.record) return found.record
  const record = codec.decode(found.bytes, id)
  const { epoch, revision } = found.position
  if (record.epoch !== epoch || record.revision !== revision)
    throw new DogearError('record_unreadable', 'the stored record is not at the position it is filed under')
  return record
}

async function read(store: Store, id: SessionId): Promise<Found> {
  const found = await store.read(id)
  return found === 'unchanged' ? undefined : found
}

function remember(cache: Cache, id: SessionId, found: Found): void {
  if (found === undefined || found === 'removed') cache.delete(id)
  else cache.set(id, { bytes: found.bytes, position: found.position })
}

function encode(codec: Codec, flow: Flow, { id, record }: { id: SessionId; record: SessionRecord }): Stored {
  const bytes = codec.encode(record, id)
  if (bytes.length > flow.maxBytes)
    throw new DogearError(
      'too_large',
      `the session would take ${bytes.length} bytes, flow "${flow.id}" allows ${flow.maxBytes}`,
    )
  return { bytes, position: { epoch: record.epoch, revision: record.revision } }
}

/** Commits; after a failure the store is asked what happened, because a write that timed out may have landed. */
async function commit(
  { store, clock }: Pick<TurnDeps, 'store' | 'clock'>,
  id: SessionId,
  { stored, record, now }: { stored: Stored; record: SessionRecord; now: number },
): Promise<'committed' | Found> {
  const { epoch, revision } = stored.position
  const due = dueAt(record)
  const entry: Entry = {
    bytes: stored.bytes,
    epoch,
    revision,
    ttlMs: Math.max(1, record.expiresAt - now),
    poke: true,
    ...(due === undefined ? {} : { dueAt: due }),
  }
  try {
    const sentAt = clock.local()
    const result = await store.commit(id, revision - 1, entry)
    if (result.committed) clock.learn(result.now, sentAt)
    return result.committed ? 'committed' : result.current
  } catch (error) {
    const current = await read(store, id)
    const landed = current === 'removed' || (current?.position.revision ?? 0) >= revision
    if (landed) return current
    throw error
  }
}

// A driver that re-sends a command whose reply was lost reports a conflict to its own winner.
function isOwn(codec: Codec, id: SessionId, { current, nonce }: { current: Found; nonce: string }): boolean {
  return typeof current === 'object' && codec.decode(current.bytes, id).commit === nonce
}

const process = randomBytes(6).toString('base64url')
let count = 0

/** Unique across processes and within this one; not a secret. */
function nextNonce(): string {
  count++
  return `${process}${count.toString(36)}`
}
