// The progress of one session in this process: read once for all who follow it here.

import { samePosition } from '../../position.ts'
import type { SessionId, Store } from '../../store/store.ts'
import { callAfter } from '../../time.ts'
import type { Position } from '../../wire.ts'
import { tell } from '../foreign.ts'
import { coalesced } from '../queue.ts'
import type { Reader } from '../reader.ts'
import { type Attempts, attemptsIn, isCurrent, isNew, namesOf, wholesOf } from './attempts.ts'
import type { Following, ProgressHint } from './hint.ts'
import { type ProgressPart, partOf } from './part.ts'
import { keptEntries } from './reporter.ts'

export type FeedParts = {
  reader: Pick<Reader, 'load'>
  store: Store
  /** The pause between two looks into a store that cannot watch, or that fails. */
  pollMs: number
  onError: (error: unknown) => void
}

export type Feed = {
  /** Tells the follower what there is, then what comes, until the returned function is called. */
  join(following: Following): () => void
  /** The session is at this position, for all that is known; needed once before anybody joins. */
  moved(position: Position): void
}

/** `told` are the attempts that it was told of, `next` is the number of the part that it is told next. */
type Follower = Following & { told?: string; next?: number }

/** A part, numbered in the order of the store, with the entry that it comes from. */
type Numbered = { part: ProgressPart; entry: string; number: number }

/** The feed of a session. `emptied` is called when the last of its followers has left. */
export function createFeed(id: SessionId, { reader, store, pollMs, onError }: FeedParts, emptied: () => void): Feed {
  const followers = new Set<Follower>()
  let current: Attempts = {}
  let [seen, newest]: (Position | undefined)[] = []
  /** Parts of the attempts under way. One at 0 holds all the text there was, so those before it are left out. */
  let parts: Numbered[] = []
  let last: string | undefined
  let count = 0
  let cancel = () => {}
  const unwatch =
    store.progressOf &&
    store.watch?.(id, (hint) => {
      if (hint === 'progress' || hint === undefined) void refresh()
    })

  async function look(): Promise<void> {
    const asked = newest
    const record = await reader.load(id)
    // The watch tells the followers that a session is gone.
    if (typeof record !== 'object') return
    seen = asked
    current = attemptsIn(record)
    parts = parts.filter(({ part }) => isCurrent(part, current))
  }

  async function pull(): Promise<void> {
    if (newest && !samePosition(newest, seen)) await look()
    if (!store.progressOf || !isUnderWay()) return
    const entries = await store.progressOf(id, last)
    for (const { at, text } of entries) {
      const part = partOf(text)
      if (part) parts.push({ part, entry: at, number: count++ })
    }
    last = entries.at(-1)?.at ?? last
    // Its attempt may have begun after the last look at the record.
    if (parts.some(({ part }) => isNew(part, current))) await look()
    parts = lasting(parts, current)
  }

  /** Pulls; and again after a pause if that failed, or if nobody says when there is more. */
  const refresh = coalesced(async () => {
    cancel()
    // A follower that joins meanwhile has seen more than this, perhaps. Leave it for the next run.
    const those = [...followers]
    if (those.length === 0) return
    let again = !store.watch && store.progressOf !== undefined
    try {
      await pull()
      for (const follower of those) bringUp(follower)
      again &&= isUnderWay()
    } catch (error) {
      onError(error)
      again = true
    }
    if (again && followers.size > 0) cancel = callAfter(pollMs, () => void refresh(), { holds: false })
  })

  const isUnderWay = (): boolean => Object.keys(current).length > 0

  function bringUp(follower: Follower): void {
    const send = (hint: ProgressHint) => followers.has(follower) && tell(() => follower.listener(hint), onError)
    const effects = namesOf(current)
    const told = JSON.stringify(effects)
    if (follower.told !== told) send({ kind: 'current', effects })
    follower.told = told
    const { after, next = numberAfter(after) } = follower
    follower.next = count
    const hintOf = ({ effectId: _, ...part }: ProgressPart, entry?: string): ProgressHint => {
      const attempt = effects[part.effect] ?? ''
      return { kind: 'part', ...part, attempt, ...(entry !== undefined && { entry }) }
    }
    if (next !== undefined) {
      for (const { part, entry, number } of parts) if (number >= next) send(hintOf(part, entry))
      return
    }
    const wholes = wholesOf(
      parts.map(({ part }) => part),
      current,
    )
    // With the last of them the follower has had all of them.
    for (const [nth, part] of wholes.entries())
      send(hintOf(part, nth === wholes.length - 1 ? parts.at(-1)?.entry : undefined))
  }

  /** The number of the first part after an entry; undefined for an entry that says nothing about what there is. */
  const numberAfter = (after: string | undefined): number | undefined => {
    const found = after === undefined ? undefined : parts.findLast(({ entry }) => entry === after)
    return found && found.number + 1
  }

  return {
    join(following) {
      const follower: Follower = { ...following }
      followers.add(follower)
      void refresh()
      return () => {
        if (!followers.delete(follower) || followers.size > 0) return
        cancel()
        unwatch?.()
        emptied()
      }
    },
    moved(position) {
      if (samePosition(position, newest)) return
      newest = position
      void refresh()
    },
  }
}

/** The parts of attempts under way, from the last one at 0 on, and no more of them than a store keeps. */
function lasting(parts: readonly Numbered[], current: Attempts): Numbered[] {
  const whole = new Map<string, number>()
  for (const { part, number } of parts) if (part.at === 0 && isCurrent(part, current)) whole.set(part.effect, number)
  const kept = parts.filter(({ part, number }) => isCurrent(part, current) && number >= (whole.get(part.effect) ?? 0))
  return kept.slice(-keptEntries)
}
