// Load, decide, commit: one turn against the store, retried purely when another writer was faster.

import { randomFillSync } from 'node:crypto'
import type { Records } from '../codec/records.ts'
import { DogearError, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { samePosition } from '../position.ts'
import type { CommitResult, Entry, Found, SessionId, Store, Stored } from '../store/store.ts'
import { sleep } from '../time.ts'
import type { Opened, Shown } from '../turn/advance.ts'
import type { Command } from '../turn/commands.ts'
import { heldBy } from '../turn/effects.ts'
import { keptMs } from '../turn/lifetime.ts'
import { recordOf } from '../turn/open.ts'
import { relationOf } from '../turn/position.ts'
import { type Effect, positionOf, type SessionRecord } from '../turn/record.ts'
import { mendedTurn, type Turn, takeTurn } from '../turn/take-turn.ts'
import { dueAt } from '../turn/timers.ts'
import type { Gone, Position, View } from '../wire.ts'
import { removed, tagOf } from './access.ts'
import type { Cache } from './cache.ts'
import type { GuardedStore } from './guarded-store.ts'
import type { Queue } from './queue.ts'
import { type Crowded, crowdedFrom } from './room/crowding.ts'
import type { Moment, StoreClock } from './store-clock.ts'

/** The parts of every turn. `token` names this engine as the holder of leases. */
export type TurnDeps = {
  store: GuardedStore
  records: Records
  cache: Cache
  queue: Queue
  clock: StoreClock
  token: string
  /** True if the commit of a turn that starts these effects has to be confirmed by replicas. */
  confirms: (flow: Flow, effects: readonly Effect[]) => boolean
  crowded: Crowded
}

/** A command before the engine added what every command carries. */
export type Intent = Command extends infer C
  ? C extends Command
    ? Omit<C, 'session' | 'mark' | 'leaseMs'>
    : never
  : never

/**
 * `fresh`: the id was just made up, so there is nothing to load. `bar` says why the caller may not touch a record, or
 * null; it is asked about every version that a turn is decided on. `show` makes the view of the answer before the
 * commit, which must not be lost if the flow's code fails there, nor shown as a later turn left the state. `notBefore`
 * is a time the store said has come. `isLate`, of a caller with a deadline
 * of its own: nobody waits for the turn any more, so it need not begin.
 */
export type TurnRequest = {
  flow: Flow
  id: SessionId
  intent: Intent
  leaseMs: number
  fresh?: boolean
  bar?: (record: SessionRecord | undefined) => Gone | null
  show?: ((shown: Shown) => View) | undefined
  notBefore?: number
  isLate?: () => boolean
}

/**
 * A turn that was taken, with the view of a session that is shown, or why the caller has no session. `confirmed` false:
 * fewer replicas have the commit than its effects need. `record`, of a session that is not its caller's to use.
 */
export type Taken =
  | { turn: Turn; view: View | undefined; gone?: undefined; confirmed?: boolean }
  | { turn?: undefined; gone: Gone; record?: SessionRecord | undefined }

/**
 * A turn that is decided waits for this before its record is written, so that the turns of a cohort are decided side by
 * side, then written side by side. One whole turn after the other took a fifth longer: the code of each half had left
 * the caches of the processor by the time it was needed again.
 */
const nextStage = Promise.resolve()

const maxAttempts = 24
const retrySoon = { retryAfterMs: 2_000 }

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
  { store, records, cache, clock, token, confirms, crowded }: TurnDeps,
  { flow, id, intent, leaseMs, fresh = false, bar, show, notBefore = 0, isLate }: TurnRequest,
): Promise<Taken> {
  if (isLate?.()) throw new DogearError('store_unavailable', 'others were waiting before', retrySoon)
  const asked = clock.sync()
  if (asked) await asked
  const command = { session: id, leaseMs, mark: nextMark(id), ...intent } as Command
  const cached = fresh ? undefined : cache.take(id)
  /** The record that the turn is decided on, once it is read; `found` is what the store holds. */
  let known: SessionRecord | Opened | undefined = cached && 'live' in cached ? cached : undefined
  let found: Found = cached && 'bytes' in cached ? cached : undefined
  let newest = cached === undefined
  if (newest && !fresh) found = await read(store, id)
  for (let tries = 0; tries < maxAttempts; tries++) {
    if (found === 'removed') {
      cache.delete(id)
      return { gone: removed }
    }
    const stored = known ?? (found && (await records.read(id, found)))
    const now = Math.max(clock.now(), notBefore)
    let taken: Taken | undefined
    try {
      const gone = bar?.(stored && recordOf(stored))
      taken = gone ? { gone, record: stored && recordOf(stored) } : shown(takeTurn(flow, stored, command, now), show)
    } catch (error) {
      if (newest) throw error
    }
    if (taken?.turn?.changed) {
      await nextStage
      const written = write(records, { flow, id, turn: taken.turn, mends: intent.kind !== 'settle' })
      const { turn, next } = written instanceof Promise ? await written : written
      const { record, shown, after } = turn
      taken = { ...taken, turn }
      const expected = stored ? positionOf(recordOf(stored)) : 0
      const leases = after.effects.map(({ effectId }) => ({ key: effectId, token, forMs: leaseMs }))
      const confirm = confirms(flow, after.effects)
      const entry = toEntry(record, { bytes: next.bytes, leases, confirm }, now)
      const sent = clock.moment()
      let current: Committed
      try {
        current = outcomeOf(await store.commit(id, expected, entry), { clock, sent })
      } catch (error) {
        current = await landed(store, id, { record, error })
      }
      if (confirm) taken = { ...taken, confirmed: current === 'committed' }
      if (current === 'committed' || current === 'unconfirmed' || isAt(current, record)) {
        if (shown) cache.set(id, { record, live: shown.live })
        else cache.delete(id)
        if (next.bytes.length > flow.maxBytes * crowdedFrom) crowded(flow, id, { record, bytes: next.bytes.length })
        return taken
      }
      const winner = typeof current === 'object' ? await records.read(id, current) : undefined
      if (winner && relationOf(winner, record) === 'earlier') return { ...taken, turn: overtaken(turn, winner) }
      known = winner
      found = current
      if (tries > 0) await sleep(Math.random() * Math.min(50, 2 ** tries))
    } else if (taken && newest) {
      if (found) cache.set(id, found)
      else cache.delete(id)
      return taken
    } else {
      // Only the newest record may be the reason for a refusal. One whose caller is barred was looked at and no more,
      // so it is as it was cached.
      const judged = taken?.gone && stored && positionOf(recordOf(stored))
      const again = await store.read(id, judged ?? found?.position)
      if (taken?.gone && cached && again === 'unchanged') {
        cache.set(id, cached)
        return taken
      }
      // XState may have changed the cached one in place while it failed, so the bytes are decoded again even if they
      // are the newest.
      known = undefined
      if (again !== 'unchanged') found = again
    }
    newest = true
  }
  throw new DogearError('conflict', 'too many writers at once; nothing was changed', { retryAfterMs: 500 })
}

type Changed = Extract<Turn, { changed: true }>
type Writing = Pick<TurnRequest, 'flow' | 'id'> & { turn: Changed; mends: boolean }

type Written = { turn: Changed; next: Stored }

/** The bytes of a turn; of the mended one where only broken text is in the way. A broken result is told the machine. */
function write(records: Records, { flow, id, turn, mends }: Writing): Written | Promise<Written> {
  const mend = async (error: unknown): Promise<Written> => {
    const mended = mends && isDogearError(error) && error.code === 'not_serializable' && mendedTurn(flow, turn)
    if (!mended) throw error
    try {
      return { turn: mended, next: await records.write(id, mended.record, flow.maxBytes) }
    } catch {
      throw error
    }
  }
  try {
    const next = records.write(id, turn.record, flow.maxBytes)
    return next instanceof Promise ? next.then((next) => ({ turn, next }), mend) : { turn, next }
  } catch (error) {
    return mend(error)
  }
}

function shown(turn: Turn, show: TurnRequest['show']): Taken {
  return { turn, view: turn.record && turn.shown && show?.(turn.shown) }
}

async function read(store: Store, id: SessionId): Promise<Found> {
  const found = await store.read(id)
  return found === 'unchanged' ? undefined : found
}

type Kept = Required<Pick<Entry, 'bytes' | 'leases' | 'confirm'>>

function toEntry(record: SessionRecord, { bytes, leases, confirm }: Kept, now: number): Entry {
  const { epoch, revision, mark } = record
  const [ttlMs, due] = [keptMs(record, now), dueAt(record)]
  return { bytes, epoch, revision, mark, ttlMs, dueAt: due, poke: true, leases, confirm }
}

/** A commit as it ended, or what the store holds in its place. */
type Committed = 'committed' | 'unconfirmed' | Found

function outcomeOf(result: CommitResult, { clock, sent }: { clock: StoreClock; sent: Moment }): Committed {
  if (!result.committed) return result.current
  clock.learn(result.now, sent)
  return result.confirmed === false ? 'unconfirmed' : 'committed'
}

/** The store's record after a commit that failed: one that timed out may have landed. Rejects if it has not. */
async function landed(
  store: GuardedStore,
  id: SessionId,
  { record, error }: { record: SessionRecord; error: unknown },
): Promise<Found> {
  const current = await store.readAfterFailure(id)
  if (current === 'removed' || (current?.position.revision ?? 0) >= record.revision) return current
  throw error
}

// A driver that sends a command again after a lost reply reports a conflict with its own commit.
const isAt = (current: Found, position: Position): boolean =>
  typeof current === 'object' && samePosition(current.position, position)

/** The turn of a commit whose reply was lost, followed by those of others up to `since`: it happened all the same. */
function overtaken(turn: Turn, since: SessionRecord): Turn {
  const effects = turn.after.effects.filter((effect) => heldBy(since.effects, effect))
  return { ...turn, after: { ...turn.after, effects } }
}

// Random bytes for many marks at once: a call per commit would cost more than the rest of a mark.
const pool = Buffer.alloc(4 * 256)
let used = pool.length

/** The mark of a commit: 3 characters that are the same for all of a session, 5 random ones. */
export function nextMark(session: SessionId): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 4
  // The id of a session is a hash, of which 18 bits tell nobody anything.
  const own = /^[\w-]{3}/.test(session) ? session : tagOf(session)
  return own.slice(0, 3) + pool.toString('base64url', used - 4, used).slice(0, 5)
}
