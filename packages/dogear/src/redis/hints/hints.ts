// Hands the hints that arrive on a partition's channel to the watchers of one session.

import { parsePosition, positionText } from '../../position.ts'
import type { Hint, SessionId } from '../../store/store.ts'
import type { Position } from '../../wire.ts'
import type { RedisClient } from '../options.ts'
import { createSubscriber, type SubscriberOptions } from './subscriber.ts'

type Listener = (hint: Hint) => void

/** Without a listener, the watch has been stopped. */
type Watcher = { listener: Listener | undefined }

/** Any other message is ignored: a later release may send more kinds. */
const pokeFormat = /^([\w.-]+) (.*)$/s

/** The message that a commit publishes on the channel of its partition. */
export const pokeOf = (id: SessionId, position: Position): string => `${positionText(position)} ${id}`

/** The message that a removal publishes there. */
export const removalOf = (id: SessionId): string => `removed ${id}`

/** The message that an entry of progress publishes there. */
export const progressHint = (id: SessionId): string => `progress ${id}`

/** Calls `listener` with every hint about `id` that arrives on `channel`, until the returned function is called. */
export type Watch = (channel: string, id: SessionId, listener: Listener) => () => void

/** All watchers share one connection beside `client`, and those of one partition share one channel. */
export function createWatch(client: RedisClient, options?: SubscriberOptions): Watch {
  const channels = new Map<string, Map<SessionId, Set<Watcher>>>()

  function received(channel: string, text: string): void {
    const [, word = '', id = ''] = pokeFormat.exec(text) ?? []
    const watchers = channels.get(channel)?.get(id)
    const position = parsePosition(word)
    if (word === 'removed' || word === 'progress') notify(watchers, () => word)
    else if (position) notify(watchers, () => ({ ...position }))
  }

  function mayHaveMissed(names: readonly string[]): void {
    for (const name of names)
      for (const watchers of channels.get(name)?.values() ?? []) notify(watchers, () => undefined)
  }

  const subscriber = createSubscriber(client, { received, mayHaveMissed }, options)

  return (channel, id, listener) => {
    const watcher: Watcher = { listener }
    const sessions = channels.get(channel) ?? new Map<SessionId, Set<Watcher>>()
    const watchers = sessions.get(id) ?? new Set()
    sessions.set(id, watchers.add(watcher))
    if (!channels.has(channel)) {
      channels.set(channel, sessions)
      subscriber.subscribe(channel)
    }
    return () => {
      if (!watcher.listener) return
      watcher.listener = undefined
      watchers.delete(watcher)
      if (watchers.size === 0) sessions.delete(id)
      if (sessions.size > 0) return
      channels.delete(channel)
      subscriber.unsubscribe(channel)
    }
  }
}

/** Calls each listener in a microtask of its own, so that one that throws does not stop the others. */
function notify(watchers: ReadonlySet<Watcher> | undefined, hint: () => Hint): void {
  for (const watcher of watchers ?? []) queueMicrotask(() => watcher.listener?.(hint()))
}
