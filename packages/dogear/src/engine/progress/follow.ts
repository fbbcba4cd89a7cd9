// Progress for those who may see a session: what is there once, or what comes until access ends.

import type { Flow } from '../../flow/define.ts'
import type { SessionId } from '../../store/store.ts'
import type { Position, Progress } from '../../wire.ts'
import { credentialOf } from '../access.ts'
import type { Visitor, Watching } from '../contract.ts'
import type { Reader } from '../reader.ts'
import type { Watcher } from '../watcher.ts'
import { attemptsIn, wholesOf } from './attempts.ts'
import { createFeed, type Feed, type FeedParts } from './feed.ts'
import type { Following } from './hint.ts'
import { partOf } from './part.ts'

export type ProgressDesk = {
  /** All that the effects under way have reported so far; nothing where the visitor has no session. */
  read(flow: Flow, visitor: Visitor): Promise<Progress>
  follow(flow: Flow, visitor: Visitor, following: Following): Promise<Watching>
}

type DeskParts = FeedParts & { reader: Reader; watcher: Watcher }

export function createProgressDesk({ watcher, ...parts }: DeskParts): ProgressDesk {
  const { reader, store, onError } = parts
  const feeds = new Map<SessionId, Feed>()

  function feedOf(id: SessionId): Feed {
    const feed = feeds.get(id) ?? createFeed(id, parts, () => feeds.delete(id))
    feeds.set(id, feed)
    return feed
  }

  return {
    async read(flow, visitor) {
      const { record } = await reader.accessOf(flow, visitor)
      const attempts = record ? attemptsIn(record) : {}
      if (!visitor.credential || Object.keys(attempts).length === 0) return {}
      // A page is shown without progress rather than not at all.
      const read = store.progressOf?.(visitor.credential.id).catch(onError)
      const said = ((await read) ?? []).flatMap(({ text }) => partOf(text) ?? [])
      return Object.fromEntries(
        wholesOf(said, attempts).map(({ effect, text, value }) => [
          effect,
          { attempt: attempts[effect]?.name ?? '', text, value },
        ]),
      )
    },

    async follow(flow, visitor, { listener, ...following }) {
      const { id } = credentialOf(visitor)
      let over = false
      let leave = () => {}
      let position: Position | undefined
      const watching = await watcher.watch(flow, visitor, (hint) => {
        if (typeof hint !== 'string') {
          position = hint
          return feeds.get(id)?.moved(hint)
        }
        over = true
        leave()
        listener(hint === 'gone' ? { kind: 'gone' } : { kind: 'closed' })
      })
      if (over || !position) return watching
      const feed = feedOf(id)
      feed.moved(position)
      leave = feed.join({ ...following, listener })
      return {
        stop() {
          leave()
          watching.stop()
        },
        check: (owner) => watching.check(owner),
      }
    },
  }
}
