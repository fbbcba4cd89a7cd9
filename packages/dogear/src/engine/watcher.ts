// Watching sessions: who follows one hears of its commits, by any process, until access ends. What hints say is checked.

import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import { positionOf, type SessionRecord } from '../turn/record.ts'
import type { Position } from '../wire.ts'
import { barred } from './access.ts'
import { coalesced } from './coalesced.ts'
import type { SignedIn, Visitor, WatchHint, Watching } from './contract.ts'
import type { Reader } from './reader.ts'
import { credentialOf } from './send.ts'
import type { Signals } from './signals.ts'

export type Watcher = {
  watch(flow: Flow, visitor: Visitor, listener: (hint: WatchHint) => void): Promise<Watching>
  /** Tells followers of a commit by this process; the store need not be asked. */
  committed(id: SessionId, record: SessionRecord): void
  /** Tells followers that this process ended the session. */
  removed(id: SessionId): void
  close(): void
}

/** `sure`: it may see the session as it is at the position where it was found last. */
type Follower = { flow: Flow; visitor: Visitor; sure: boolean; told?: Position; hear: (hint: WatchHint) => void }

/** A session somebody follows here, and where it was found last. */
type Followed = {
  id: SessionId
  followers: Set<Follower>
  position?: Position
  /** Has it looked at once more; for any number of callers, twice at most. */
  look: () => Promise<void>
  release: () => void
}

export type WatcherOptions = { reader: Reader; signals: Signals; onError: (error: unknown) => void }

export function createWatcher({ reader, signals, onError }: WatcherOptions): Watcher {
  const sessions = new Map<SessionId, Followed>()
  let closed = false

  function follow(id: SessionId): Followed {
    const known = sessions.get(id)
    if (known) return known
    const followed: Followed = { id, followers: new Set(), look: coalesced(() => look(followed)), release: () => {} }
    followed.release = signals.subscribe(id, async (hint) => {
      // A store that fails is asked again at the next hint or heartbeat.
      if (typeof hint !== 'object' || !same(hint, followed.position)) await followed.look().catch(() => {})
    })
    sessions.set(id, followed)
    return followed
  }

  function leave(followed: Followed, follower: Follower): void {
    if (!followed.followers.delete(follower) || followed.followers.size > 0) return
    sessions.delete(followed.id)
    followed.release()
  }

  function tell(follower: Follower, hint: WatchHint): void {
    try {
      follower.hear(hint)
    } catch (error) {
      onError(error)
    }
  }

  function end(followed: Followed, hint: 'gone' | 'closed'): void {
    for (const follower of [...followed.followers]) {
      leave(followed, follower)
      tell(follower, hint)
    }
  }

  /** `followers` hear where the session is, or that it is gone for them. */
  function found(followed: Followed, record: SessionRecord | undefined, followers: Iterable<Follower>): void {
    for (const follower of followed.followers) follower.sure = false
    if (record) followed.position = positionOf(record)
    for (const follower of followers) {
      if (!followed.followers.has(follower)) continue
      if (!record || barred(follower.flow, record, { visitor: follower.visitor, now: reader.now() })) {
        leave(followed, follower)
        tell(follower, 'gone')
        continue
      }
      follower.sure = true
      const position = positionOf(record)
      if (same(position, follower.told)) continue
      follower.told = position
      tell(follower, position)
    }
  }

  async function look(followed: Followed): Promise<void> {
    // Who joins from here on may have a device that what is being read does not know of yet.
    const followers = [...followed.followers]
    if (followers.length === 0) return
    const { position } = followed
    const sure = followers.every((follower) => follower.sure)
    const record = sure && position ? await reader.news(followed.id, position) : await reader.load(followed.id)
    if (record === 'unchanged') return
    const here = record === 'removed' ? undefined : record
    // A commit by this process that came in meanwhile has told everyone of something newer.
    const overtaken = here && followed.position !== position && isBefore(here, followed.position)
    if (!overtaken) found(followed, here, followers)
  }

  return {
    async watch(flow, visitor, listener) {
      const { id } = credentialOf(visitor)
      if (closed) return ended(listener)
      let first: WatchHint | undefined
      const follower: Follower = { flow, visitor, sure: false, hear: (hint) => (first = hint) }
      const followed = follow(id)
      followed.followers.add(follower)
      try {
        await followed.look()
      } catch (error) {
        leave(followed, follower)
        throw error
      }
      if (first === 'closed') return ended(listener)
      if (first === undefined || first === 'gone')
        throw new DogearError('session_gone', 'the session is not open to this browser')
      follower.hear = listener
      tell(follower, first)
      return {
        stop: () => leave(followed, follower),
        async check(owner: SignedIn | undefined) {
          const { credential } = follower.visitor
          follower.visitor = owner ? { credential, owner } : { credential }
          follower.sure = false
          if (followed.followers.has(follower)) await followed.look()
        },
      }
    },
    committed(id, record) {
      const followed = sessions.get(id)
      if (followed) found(followed, record, [...followed.followers])
    },
    removed(id) {
      const followed = sessions.get(id)
      if (followed) end(followed, 'gone')
    },
    close() {
      closed = true
      for (const followed of [...sessions.values()]) end(followed, 'closed')
    },
  }
}

/** A watch that is over before it began: this process is stopping, which is nobody's failure. Another one can be asked. */
function ended(listener: (hint: WatchHint) => void): Watching {
  listener('closed')
  return { stop: () => {}, check: async () => {} }
}

const isBefore = (a: Position, b: Position | undefined): boolean => a.epoch === b?.epoch && a.revision < b.revision

const same = (a: Position, b: Position | undefined): boolean => a.epoch === b?.epoch && a.revision === b.revision
