// The turn as people write it by hand: a saved snapshot and an event give the next snapshot.

import type { IncomingMessage } from 'node:http'
import { createActor, type Snapshot } from 'xstate'
import { events, machine } from '../flow.ts'

export type Saved = Snapshot<unknown>

/** Takes the event in a request's body; throws if it is not one that the flow knows. */
export function turn(saved: Saved | undefined, body: unknown) {
  const { type, ...rest } = (body as { event: { type: keyof typeof events } }).event
  const payload = events[type].parse(rest)
  const actor = createActor(machine, saved ? { snapshot: saved } : {}).start()
  actor.send({ type, ...payload } as Parameters<typeof actor.send>[0])
  const next = actor.getPersistedSnapshot()
  const { context } = actor.getSnapshot()
  actor.stop()
  return { next, answer: { revision: context.visits, context } }
}

/** The id in the cookie of designs that keep sessions without express-session. */
export const idIn = ({ headers }: IncomingMessage): string | undefined => /id=([\w-]+)/.exec(headers.cookie ?? '')?.[1]
