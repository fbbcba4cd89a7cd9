// The port every driver fills: one record per session, written only if it is as expected.

import type { Position } from '../wire.ts'

/** Names a session: a hash of the cookie's selector, so a stored name opens nothing. Any string works as a key. */
export type SessionId = string

/** A record as the store keeps it: opaque bytes and the position they are at. */
export type Stored = { bytes: Uint8Array; position: Position }

/**
 * The content of one commit. All of it happens, or none.
 *
 * `revision` is one more than expected, `epoch` (0) as expected or later, `mark` new and random: 8 characters of
 * base64url. A session that comes back from the archive is created at the position it had there. `ttlMs` is the time
 * the record lives from now on, in milliseconds (at least 1). `dueAt` puts the session on the agenda at that time
 * (milliseconds since the Unix epoch); without it, it is taken off. `dirty` puts it on the backlog of the archive,
 * where it stays until it is settled. `confirm` asks a `replicated` store for as many copies as it promises. `poke`
 * tells watchers that something changed. `leases` are taken with it, each with a key of its own, from anybody who holds
 * them.
 */
export type Entry = {
  bytes: Uint8Array
  revision: number
  epoch?: number
  mark: string
  ttlMs: number
  dueAt?: number | undefined
  dirty?: boolean
  confirm?: boolean
  poke?: boolean
  leases?: readonly Lease[]
}

/** A lease as `Store.hold` takes it. */
export type Lease = { key: string; token: string; forMs: number }

/** `removed`: the session was destroyed and its tombstone still stands. `undefined`: never existed, or expired. */
export type Found = Stored | 'removed' | undefined

/**
 * `now` is the store's clock at the commit, so that a process learns it without asking. `confirmed` false: it is
 * written, but fewer copies have it than were asked for.
 */
export type CommitResult = { committed: true; now: number; confirmed?: false } | { committed: false; current: Found }

/** The end of the agenda that a claim begins at. */
export type Order = 'earliest' | 'latest'

/**
 * A session that is due, held by this caller until `leaseUntil` (milliseconds, store's clock). `stored` is its record
 * as the claim found it, so that no read need follow; a driver may leave it out.
 */
export type Due = { id: SessionId; dueAt: number; leaseUntil: number; stored?: Stored }

/**
 * A session on the backlog since about `since` (milliseconds, store's clock). `found` is what the store holds of it
 * now, with its due time and the time it has left. For `life` see `Store.lifeOf`.
 */
export type Dirty = {
  id: SessionId
  since: number
  found: Found
  dueAt: number | undefined
  ttlMs: number
  life: string
}

/** The backlog as a whole: its sessions, and for how long the oldest has waited, in milliseconds. */
export type Lag = { sessions: number; oldestMs: number }

/**
 * One thing an operator should know about a store. `name` is a stable word; `detail` says what was found and `advice`
 * what to do about it; neither holds session data. `warn` also stands for what could not be looked at.
 */
export type Check = { name: string; status: 'ok' | 'warn' | 'fail'; detail: string; advice?: string }

/**
 * Finds sessions by something else than their id. Hints, never truth: the record decides whose it is and what opens it,
 * so a stray entry is harmless and a lost one is filed again with a later turn.
 */
export interface Directory {
  /** Lists `id` among the sessions of `owner` for `ttlMs` milliseconds from now; again to prolong it. */
  add(owner: string, id: SessionId, ttlMs: number): Promise<void>

  /** The sessions listed for `owner`, at most `limit`, those that live longest first. */
  list(owner: string, limit: number): Promise<SessionId[]>

  /** Takes `id` off the list of `owner`; harmless if it is not on it. */
  drop(owner: string, id: SessionId): Promise<void>

  /**
   * Files `value` under a one-time code for `ttlMs` milliseconds. Resolves to false, and changes nothing, if the code
   * is taken; a burned one is, until its time is up.
   */
  putCode(code: string, value: string, ttlMs: number): Promise<boolean>

  /**
   * The value filed under a code, counting this try. The try after `maxTries` burns the code; undefined for one that is
   * burned, expired or was never there. Atomic: of any number of callers at once, at most `maxTries` get the value.
   */
  tryCode(code: string, maxTries: number): Promise<string | undefined>

  /** Forgets a code. */
  dropCode(code: string): Promise<void>
}

/**
 * Tells a watcher the position a commit reached, `removed`, that there is more `progress`, or undefined: it may have
 * missed some and should look.
 */
export type Hint = Position | 'removed' | 'progress' | undefined

/** An entry of the progress of a session. `at` names it among them, and is later in the order than those before it. */
export type ProgressEntry = { at: string; text: string }

/** A session a scan found, with the time it has left. `stored` is null if something else is kept under its id. */
export type Scanned = { id: SessionId; stored: Stored | null; ttlMs: number }

/** For each room of a store, true if something of a session lies there. A tombstone is none of it. */
export type Traces = Readonly<Record<'record' | 'agenda' | 'backlog' | 'leases' | 'progress', boolean>>

/** One batch of a scan. `cursor` undefined: that was all. `done` estimates which part is behind, from 0 to 1. */
export type Batch = { found: Scanned[]; cursor: string | undefined; done: number }

/**
 * The port of a store: records as bytes with their positions, an agenda, leases, hints, a directory. Every call rejects
 * with `store_unavailable` if the service fails; a write may have happened then. `testStore` of `dogear/conformance`
 * holds an implementation to all of it.
 */
export interface Store {
  /** The driver's name, for messages: `redis`, `postgres`, `dynamodb`, `memory`. */
  readonly name: string

  /** How durable an acknowledged commit is: `archived` is on the disk of a database. Without it, `memory`. */
  readonly durability?: 'memory' | 'replicated' | 'archived'

  /**
   * The record of `id`, or `unchanged` if it is still at the position `known` (its bytes are then not transferred).
   *
   * Rejects only when the service fails. Never writes, never extends the life of the record.
   */
  read(id: SessionId, known?: Position): Promise<Found | 'unchanged'>

  /**
   * Writes `entry` if and only if the stored position is `expected` in all three members; `expected` 0 means the
   * session must not exist, and a tombstone counts as existing.
   *
   * Atomic with the agenda, the backlog mark and the poke. Refreshes the expiry to `entry.ttlMs` milliseconds from now.
   * Losing a race is a result, not an error: `{ committed: false, current }`, with the winner's record, so that no
   * second read is needed. Rejects only when the service fails; the write may then have happened, so read before trying
   * again.
   */
  commit(id: SessionId, expected: Position | 0, entry: Entry): Promise<CommitResult>

  /**
   * Destroys the record with its leases and its progress, and takes it off the agenda; for `tombstoneMs` milliseconds
   * the id cannot be written again.
   *
   * Resolves to whether there was a record. Removing twice is harmless and renews the tombstone.
   */
  remove(id: SessionId, tombstoneMs: number): Promise<boolean>

  /**
   * Takes up to `limit` sessions whose time has come by the store's clock, earliest first, and hides each from other
   * callers for `leaseMs` milliseconds. A commit or a removal ends the lease; a caller that dies loses it when the time
   * is up.
   *
   * Passes over the sessions in `except`, of which there are at most a thousand, and leaves them to other callers. With
   * the `order` `latest`, those whose time came last are taken, and come first.
   */
  claimDue(limit: number, leaseMs: number, except?: ReadonlySet<SessionId>, order?: Order): Promise<Due[]>

  /**
   * Gives a claim back: from `at` on (milliseconds, store's clock) the session can be claimed again, with the deadline
   * it had. `leaseUntil` says which claim. Resolves to false, and changes nothing, if that claim has ended: by a
   * commit, a removal, or a later claim.
   */
  defer(id: SessionId, at: number, leaseUntil: number): Promise<boolean>

  /**
   * Puts a session back on the agenda if its record belongs there and is missing; with `dryRun` it only looks. Resolves
   * to whether it was missing. Absent in a store whose records are its agenda.
   */
  reschedule?(id: SessionId, dryRun: boolean): Promise<boolean>

  /**
   * Takes or renews the lease `key` of a session for `forMs` milliseconds from now; 0 gives it up. Resolves to true if
   * it was free, had lapsed, or was held by this `token`; else to false, and nothing is changed. With `known`, to
   * `unchanged` in place of true if the record is still at that position, so that its holder need not read it.
   *
   * A lease lies beside the record: it needs none, ages no position and pokes nobody. Any strings work.
   */
  hold(id: SessionId, key: string, token: string, forMs: number, known?: Position): Promise<boolean | 'unchanged'>

  /**
   * Adds an entry to the progress of a session, which then lives for `ttlMs` milliseconds; of its entries the newest
   * `keep` stay. Resolves to false, and adds nothing, if there is no record. Watchers are told `progress`.
   *
   * Progress lies beside the record: it ages no position, and ends with the removal of the session. Without this member
   * and the next, effects have none.
   */
  addProgress?(id: SessionId, text: string, options: { keep: number; ttlMs: number }): Promise<boolean>

  /** The entries that are kept, in the order in which they were added; with `after`, those after that entry. */
  progressOf?(id: SessionId, after?: string): Promise<ProgressEntry[]>

  /**
   * Takes up to `limit` sessions off the backlog that were put there `restMs` (0) milliseconds ago or earlier, the
   * oldest first, and hides each from other callers for at least `leaseMs` milliseconds. A commit does not end that:
   * what is read is what is there when the claim is answered. Without this member there is no backlog, nor the three
   * members after it, and the store cannot have an archive behind it.
   */
  claimDirty?(limit: number, leaseMs: number, restMs?: number): Promise<Dirty[]>

  /**
   * Takes a session off the backlog if it is still at `position`, or still absent or removed for `undefined`; its
   * record then lives for `keepMs` milliseconds at most. Else it stays there, and can be claimed at once. Resolves to
   * whether it is off.
   */
  settle?(id: SessionId, position: Position | undefined, keepMs?: number): Promise<boolean>

  /**
   * The life of this store, as far as this session goes: another text once the store has lost what it held. `settled`
   * unless the session is on the backlog. A record that is missing, but settled in this very life, has only expired:
   * nothing that came after it was lost.
   */
  lifeOf?(id: SessionId): Promise<{ life: string; settled: boolean }>

  lag?(): Promise<Lag>

  /**
   * Looks for a session in every room of the store, also for what has expired there and was not deleted yet. Without
   * this member an erasure is proven by reading alone.
   */
  tracesOf?(id: SessionId): Promise<Traces>

  /** The store's clock, in milliseconds since the Unix epoch. */
  now(): Promise<number>

  readonly directory: Directory

  /**
   * The next batch of all sessions, in no order: about `limit` of them, or fewer, even none, though more are to come.
   * Begins without a cursor; any process may go on with it.
   *
   * A session that exists from the first batch to the last is found at least once, whatever is written meanwhile; one
   * may be found twice. Removed and expired sessions are left out. Throws `TypeError` for a cursor that is none of this
   * driver's.
   */
  scan(cursor: string | undefined, limit: number): Promise<Batch>

  /**
   * Calls `listener`, which must not throw, after commits with `poke` and removals of `id` by any process, until the
   * returned function is called. A poke may be late, doubled or lost; where some may have been lost, be it at the start
   * or in an interruption, the listener is called with undefined afterwards. So a caller that looks whenever it is
   * called ends up with the newest record. Without this member, look from time to time.
   */
  watch?(id: SessionId, listener: (hint: Hint) => void): () => void

  /** Looks for what would lose or delay sessions. Changes nothing; trouble is a failed check, not a rejection. */
  diagnose?(): Promise<readonly Check[]>
}
