// The requests of one session in the words of each contender, and the count of visits in its answers.

import { answers } from '../flow.ts'

type Sent = { path: string; headers?: string; body: object }

export type Dialect = {
  /** A path to be called before the first event. */
  create?(session: string): string
  /** A request with an `event`; `seen` is what `read` has kept of the last answer. */
  write(session: string, opId: string, event: object, seen: unknown): Sent
  /** The visits that the answer counts, and what the next request names as seen. */
  read(answer: never): { visits: number; seen?: unknown }
}

export const begin = { type: 'answered', answers }
export const hot = { type: 'visited' }

type Position = { epoch: number; revision: number; mark: string }
type Context = { visits: number }

const byHand: Dialect = {
  write: (_, opId, event, seen) => ({ path: '/events', body: { opId, position: seen, event } }),
  read: ({ revision, context }: { revision: number; context: Context }) => ({ visits: context.visits, seen: revision }),
}

const dogear: Dialect = {
  write: (_, opId, event, seen) => ({ path: '/api/flows/bench/events', body: { opId, position: seen, event } }),
  read: ({ view: { epoch, revision, mark, context } }: { view: Position & { context: Context } }) => ({
    visits: context.visits,
    seen: { epoch, revision, mark },
  }),
}

/** Restate's ingress: an object by its key; the idempotency key makes it take an event once. */
const restate: Dialect = {
  create: (session) => `/bench/${session}/create`,
  write: (session, opId, event) => ({
    path: `/bench/${session}/send`,
    headers: `idempotency-key: ${opId}\r\n`,
    body: { event },
  }),
  read: ({ context }: { context: Context }) => ({ visits: context.visits }),
}

/** A handler that does nothing; it is counted for, since nothing else does. */
const empty: Dialect = {
  write: (_, opId, event, seen = -1) => ({ path: '/empty', body: { opId, position: seen, event } }),
  read: () => ({ visits: Number.NaN }),
}

export const dialects = { byHand, dogear, restate, empty }
export type DialectName = keyof typeof dialects
