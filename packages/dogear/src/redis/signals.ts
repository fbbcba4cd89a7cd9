// Who watches which session: pokes come in by channel, one per partition, and go out to the watchers of one id.

import type { Hint, SessionId } from '../store/store.ts'
import type { Position } from '../wire.ts'
import type { RedisClient } from './scripts.ts'
import { createLink, type LinkOptions } from './subscriber.ts'

type Listener = (hint: Hint) => void

/** Without a listener it has been stopped. */
type Watcher = { listener: Listener | undefined }

/** Messages are hints to whoever understands them: a later release may send others. */
const poke = /^(?:(\d{1,16})\.(\d{1,16})|(removed)) (.*)$/s

/** What a commit publishes on the channel of its partition. */
export function pokeOf(id: SessionId, { epoch, revision }: Position): string {
  return `${epoch}.${revision} ${id}`
}

/** What a removal publishes there. */
export function removalOf(id: SessionId): string {
  return `removed ${id}`
}

/** Calls `listener` after what happens to `id` on `channel`, until the returned function is called. */
export type Watch = (channel: string, id: SessionId, listener: Listener) => () => void

const known = new WeakMap<RedisClient, Watch>()

/** How to watch through `client`: any number of stores and watchers share one connection, and those of a partition one channel. */
export function watchOf(client: RedisClient): Watch {
  const watch = known.get(client) ?? createWatch(client)
  known.set(client, watch)
  return watch
}

export function createWatch(client: RedisClient, options?: LinkOptions): Watch {
  const rooms = new Map<string, Map<SessionId, Set<Watcher>>>()

  function message(channel: string, text: string): void {
    const [, epoch, revision, removed, id = ''] = poke.exec(text) ?? []
    const watchers = rooms.get(channel)?.get(id)
    if (removed) tell(watchers, () => 'removed')
    else if (epoch !== undefined) tell(watchers, () => ({ epoch: Number(epoch), revision: Number(revision) }))
  }

  function covered(channels: readonly string[]): void {
    for (const channel of channels)
      for (const watchers of rooms.get(channel)?.values() ?? []) tell(watchers, () => undefined)
  }

  const link = createLink(client, { message, covered }, options)

  return (channel, id, listener) => {
    const watcher: Watcher = { listener }
    const room = rooms.get(channel) ?? new Map<SessionId, Set<Watcher>>()
    const watchers = room.get(id) ?? new Set()
    room.set(id, watchers.add(watcher))
    if (!rooms.has(channel)) {
      rooms.set(channel, room)
      link.want(channel)
    }
    return () => {
      if (!watcher.listener) return
      watcher.listener = undefined
      watchers.delete(watcher)
      if (watchers.size === 0) room.delete(id)
      if (room.size > 0) return
      rooms.delete(channel)
      link.leave(channel)
    }
  }
}

/** Each in a turn of its own, so that one that throws does not keep the others from being told. */
function tell(watchers: ReadonlySet<Watcher> | undefined, hint: () => Hint): void {
  for (const watcher of watchers ?? []) queueMicrotask(() => watcher.listener?.(hint()))
}
