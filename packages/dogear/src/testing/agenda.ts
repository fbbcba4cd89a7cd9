// The times at which a store has something due, read off the requests that are made to it.

import { around } from '../store/around.ts'
import type { CommitResult, Due, Entry, SessionId, Store } from '../store/store.ts'

export type Agenda = {
  /** The store with every request noted. */
  readonly store: Store
  /** True while a request is under way. */
  readonly busy: boolean
  /** The next time at which a session is due, up to `until`; undefined if none is. */
  next(until: number): number | undefined
  /** Forgets what was due up to `now` and is not there any more. */
  forget(now: number): void
}

export function agendaOf(inner: Store): Agenda {
  const due = new Map<SessionId, number>()
  let underWay = 0

  function note(name: string, args: readonly unknown[], answer: unknown): void {
    const id = args[0] as SessionId
    if (name === 'commit' && (answer as CommitResult).committed) {
      const { dueAt } = args[2] as Entry
      if (dueAt === undefined) due.delete(id)
      else due.set(id, dueAt)
    }
    if (name === 'defer' && answer) due.set(id, args[1] as number)
    if (name === 'remove') due.delete(id)
    if (name === 'claimDue') for (const one of answer as Due[]) due.set(one.id, one.leaseUntil)
  }

  return {
    store: around(inner, async (request, name, args) => {
      underWay++
      try {
        const answer = await request()
        note(name, args, answer)
        return answer
      } finally {
        underWay--
      }
    }),
    get busy() {
      return underWay > 0
    },
    next(until) {
      const times = [...due.values()].filter((at) => at <= until)
      return times.length > 0 ? Math.min(...times) : undefined
    },
    forget(now) {
      for (const [id, at] of due) if (at <= now) due.delete(id)
    },
  }
}
