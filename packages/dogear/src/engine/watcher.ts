// Watching sessions: a follower is notified of commits by any process until its access ends.

import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { samePosition } from '../position.ts'
import type { Hint, SessionId, Store } from '../store/store.ts'
import { callAfter, sleep } from '../time.ts'
import { positionOf, type SessionRecord } from '../turn/record.ts'
import type { Position } from '../wire.ts'
import { barred, credentialOf } from './access.ts'
import type { Visitor, WatchHint, Watching } from './contract.ts'
import { tell } from './foreign.ts'
import { coalesced } from './queue.ts'
import type { Reader } from './reader.ts'

export type Watcher = {
  watch(flow: Flow, visitor: Visitor, listener: (hint: WatchHint) => void): Promise<Watching>
  /** Notifies followers of a commit by this process, without reading the store. */
  committed(id: SessionId, record: SessionRecord): void
  close(): void
}

/** `checked`: its access was checked at the session's last known position. `sent` is the position sent to it last. */
type Follower = { flow: Flow; visitor: Visitor; checked: boolean; sent?: Position; listener: (hint: WatchHint) => void }

/** A session with followers in this process. `position` is the last known one. */
type Followed = {
  id: SessionId
  followers: Set<Follower>
  position?: Position
  /** True while a look that failed is to be repeated. */
  repeats: boolean
  /** Reads the session and notifies its followers; calls made meanwhile share one further read. */
  look: () => Promise<void>
  release: () => void
}

export type WatcherOptions = {
  reader: Reader
  store: Store
  /** The pause between two looks at a session in a store that cannot watch, or that fails. */
  pollMs: number
  /** Told of every record with a follower that may use it, at least with each check. */
  seen: (id: SessionId, record: SessionRecord) => void
  onError: (error: unknown) => void
}

export function createWatcher({ reader, store, pollMs, seen, onError }: WatcherOptions): Watcher {
  const sessions = new Map<SessionId, Followed>()
  let closed = false

  function follow(id: SessionId): Followed {
    const known = sessions.get(id)
    if (known) return known
    const followed: Followed = {
      id,
      followers: new Set(),
      repeats: false,
      look: coalesced(() => look(followed)),
      release: () => {},
    }
    const onHint = async (hint: Hint) => {
      if (hint === 'progress') return
      if (typeof hint !== 'object' || hint === null || !samePosition(hint, followed.position))
        await lookUntilRead(followed)
    }
    followed.release = store.watch
      ? store.watch(id, (hint) => tell(() => onHint(hint), onError))
      : poll(() => onHint(undefined), pollMs)
    sessions.set(id, followed)
    return followed
  }

  /** Looks, and again after a pause for as long as the store fails: the hint may have been the last one. */
  async function lookUntilRead(followed: Followed): Promise<void> {
    if ((await hasRead(followed)) || followed.repeats) return
    followed.repeats = true
    // A look at a session without followers reads nothing, and so ends this.
    do await sleep(pollMs)
    while (!(await hasRead(followed)))
    followed.repeats = false
  }

  function leave(followed: Followed, follower: Follower): void {
    if (!followed.followers.delete(follower) || followed.followers.size > 0) return
    sessions.delete(followed.id)
    tell(followed.release, onError)
  }

  function notify({ listener }: Follower, hint: WatchHint): void {
    tell(() => listener(typeof hint === 'string' ? hint : { ...hint }), onError)
  }

  /** Notifies `followers` of the session's position, or that it is gone for them. */
  function announce(followed: Followed, record: SessionRecord | undefined, followers: Iterable<Follower>): void {
    for (const follower of followed.followers) follower.checked = false
    if (record) followed.position = positionOf(record)
    for (const follower of followers) {
      if (!followed.followers.has(follower)) continue
      if (!record || barred(follower.flow, record, { visitor: follower.visitor, now: reader.now() })) {
        leave(followed, follower)
        notify(follower, 'gone')
        continue
      }
      follower.checked = true
      const position = positionOf(record)
      if (samePosition(position, follower.sent)) continue
      follower.sent = position
      notify(follower, position)
    }
  }

  async function look(followed: Followed): Promise<void> {
    // A follower added during this read may use a device newer than the record we get. Leave it for the next look.
    const followers = [...followed.followers]
    if (followers.length === 0) return
    const { position } = followed
    const checked = followers.every((follower) => follower.checked)
    const record =
      checked && position ? await reader.loadIfChanged(followed.id, position) : await reader.load(followed.id)
    if (record === 'unchanged') return
    const here = record === 'removed' ? undefined : record
    // A commit by this process during the read has notified everyone of a newer position.
    const overtaken = here && followed.position !== position && isBefore(here, followed.position)
    if (!overtaken) announce(followed, here, followers)
    if (here && followed.followers.size > 0) seen(followed.id, here)
  }

  return {
    async watch(flow, visitor, listener) {
      const { id } = credentialOf(visitor)
      if (closed) return ended(listener)
      let first: WatchHint | undefined
      const follower: Follower = { flow, visitor, checked: false, listener: (hint) => (first = hint) }
      const followed = follow(id)
      followed.followers.add(follower)
      try {
        await followed.look()
      } catch (error) {
        leave(followed, follower)
        throw error
      }
      if (first === undefined || first === 'gone')
        throw new DogearError('session_gone', 'the session is not open to this browser')
      follower.listener = listener
      notify(follower, first)
      return {
        stop: () => leave(followed, follower),
        async check(owner) {
          follower.visitor = { ...follower.visitor, owner }
          follower.checked = false
          if (followed.followers.has(follower)) await followed.look()
        },
      }
    },
    committed(id, record) {
      const followed = sessions.get(id)
      if (followed) announce(followed, record, [...followed.followers])
    },
    close() {
      closed = true
      for (const followed of [...sessions.values()])
        for (const follower of [...followed.followers]) {
          leave(followed, follower)
          notify(follower, 'closed')
        }
    },
  }
}

const hasRead = ({ look }: Followed): Promise<boolean> =>
  look().then(
    () => true,
    () => false,
  )

/** A watch that ends at once because this process is stopping. The client may ask another process. */
function ended(listener: (hint: WatchHint) => void): Watching {
  listener('closed')
  return { stop: () => {}, check: async () => {} }
}

/** Calls `look` again and again, `pollMs` after the last call has ended, until the returned function is called. */
function poll(look: () => Promise<void>, pollMs: number): () => void {
  let cancel = () => {}
  let stopped = false
  const again = async () => {
    await look()
    if (!stopped) next()
  }
  const next = () => {
    cancel = callAfter(pollMs, () => void again(), { holds: false })
  }
  next()
  return () => {
    stopped = true
    cancel()
  }
}

const isBefore = (a: Position, b: Position | undefined): boolean => a.epoch === b?.epoch && a.revision < b.revision
