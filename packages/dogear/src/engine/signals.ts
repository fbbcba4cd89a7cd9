// Signals of commits by any process: the store's own, or a look from time to time at a store that has none.

import type { Hint, SessionId, Store } from '../store/store.ts'

export type Signals = {
  /** Calls `heard` for what may be news of a session, until the returned function is called. */
  subscribe(id: SessionId, heard: (hint: Hint) => Promise<void>): () => void
}

/** `pollMs` is the pause between two looks; the next one waits for the last to end. */
export function createSignals(store: Store, pollMs: number): Signals {
  return {
    subscribe(id, heard) {
      if (store.watch) return store.watch(id, (hint) => void heard(hint))
      let timer: NodeJS.Timeout | undefined
      let stopped = false
      const poll = async () => {
        await heard(undefined)
        if (!stopped) timer = setTimeout(poll, pollMs).unref()
      }
      timer = setTimeout(poll, pollMs).unref()
      return () => {
        stopped = true
        clearTimeout(timer)
      }
    },
  }
}
