// Following the progress of a session's effects: what is there, then what comes, until access ends.

import type { Flow } from '../../flow/define.ts'
import type { ProgressEntry, SessionId, Store } from '../../store/store.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { credentialOf } from '../access.ts'
import type { Visitor, Watching } from '../contract.ts'
import { coalesced } from '../queue.ts'
import type { Reader } from '../reader.ts'
import type { Watcher } from '../watcher.ts'
import type { Following } from './hint.ts'
import { type ProgressPart, partOf, wholeOf } from './part.ts'

export type FollowParts = { reader: Reader; watcher: Watcher; store: Store; onError: (error: unknown) => void }

type Attempts = Readonly<Record<string, { effectId: string; attempt: number }>>

export async function followProgress(
  { reader, watcher, store, onError }: FollowParts,
  flow: Flow,
  { visitor, after, listener }: Following & { visitor: Visitor },
): Promise<Watching> {
  const { id } = credentialOf(visitor)
  let last = after
  let current: Attempts | undefined
  let over = false

  async function look(): Promise<void> {
    const record = await reader.load(id)
    if (over || typeof record !== 'object') return
    const before = current
    current = attemptsIn(record)
    if (JSON.stringify(before) !== JSON.stringify(current)) listener({ kind: 'current', effects: numbersOf(current) })
  }

  const pull = coalesced(async () => {
    if (!store.progressOf || over) return
    if (!current) await look()
    if (Object.keys(current ?? {}).length === 0) return
    const entries = await entriesAfter(store, id, last)
    const newest = entries.at(-1)
    if (!newest) return
    const parts = entries.flatMap(({ text }) => partOf(text) ?? [])
    // Its attempt may have begun after the last look at the record.
    if (parts.some((part) => isNew(part, current ?? {}))) await look()
    if (over) return
    for (const part of joined(parts, current ?? {}, last === undefined)) {
      const { effectId: _, ...shown } = part
      listener({ kind: 'part', entry: newest.at, ...shown })
    }
    last = newest.at
  })
  const pulled = () => void pull().catch(onError)

  let [unwatch, unfollow] = [() => {}, () => {}]
  function stop(): void {
    over = true
    unwatch()
    unfollow()
  }
  // The first hint comes before the answer, and may be the last.
  const watching = await watcher.watch(flow, visitor, (hint) => {
    if (typeof hint !== 'string') return void look().then(pulled, onError)
    stop()
    listener(hint === 'gone' ? { kind: 'gone' } : { kind: 'closed' })
  })
  if (over) return watching
  unfollow = watching.stop
  if (store.watch)
    unwatch = store.watch(id, (hint) => {
      if (hint === 'progress' || hint === undefined) pulled()
    })
  pulled()
  return { stop, check: (owner) => watching.check(owner) }
}

/** All that is kept, if the entry is none of this store's. */
const entriesAfter = (store: Store, id: SessionId, after: string | undefined): Promise<ProgressEntry[]> => {
  const of = (after?: string) => store.progressOf?.(id, after) ?? Promise.resolve([])
  return after === undefined ? of() : of(after).catch(() => of())
}

/** The attempts under way, by the ids of their effects. */
const attemptsIn = ({ effects }: SessionRecord): Attempts =>
  Object.fromEntries(
    effects.filter(({ settled }) => !settled).map(({ id, effectId, attempt }) => [id, { effectId, attempt }]),
  )

const numbersOf = (attempts: Attempts): Record<string, number> =>
  Object.fromEntries(Object.entries(attempts).map(([id, { attempt }]) => [id, attempt]))

const isNew = ({ effect, effectId, attempt }: ProgressPart, current: Attempts): boolean =>
  current[effect]?.effectId !== effectId || attempt > (current[effect]?.attempt ?? 0)

/** The parts of current attempts; `whole`: those of each as one. */
function joined(parts: readonly ProgressPart[], current: Attempts, whole: boolean): ProgressPart[] {
  const shown = parts.filter(({ effect, effectId, attempt }) => {
    const now = current[effect]
    return now?.effectId === effectId && now.attempt === attempt
  })
  if (!whole) return shown
  const effects = [...new Set(shown.map(({ effect }) => effect))]
  return effects.flatMap((effect) => wholeOf(shown.filter((part) => part.effect === effect)) ?? [])
}
