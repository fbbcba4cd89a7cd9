// Everything that crosses the network, as types: views, requests, problems.

/** How much of a session a client has seen: `epoch` grows when lost revisions were restored, `revision` with every commit. */
export type Position = { epoch: number; revision: number }

/** One thing wrong with one submitted value; `path` leads into the event. */
export type ViewIssue = { path: readonly (string | number)[]; message: string }

export type StepState = 'done' | 'current' | 'todo'

/** One step of the person's way: `path` is the last part of its URL. */
export type ViewStep = { id: string; path: string; title: string; state: StepState }

/** Values typed but not submitted at one step, with what is wrong with them if they were refused. */
export type ViewDraft = { values: Readonly<Record<string, unknown>>; issues: readonly ViewIssue[] }

/**
 * What leaves the server for a client: everything a page needs, nothing it must not know.
 *
 * `saved` is false before the first accepted event, when nothing is stored yet. `step` is the id of the current step, or null
 * in a state that is none. `steps` lists the visited steps that can still be returned to, the current one, and those that lie
 * on every way from here to the end. `drafts` and `issues` are what was typed and refused, by step and for the current step.
 * `pending` holds the ids of effects not finished yet. Times are milliseconds since the Unix epoch, by the store's clock.
 */
export type View<Context = unknown, EventType extends string = string> = {
  flow: string
  version: number
  epoch: number
  revision: number
  saved: boolean
  status: 'active' | 'done' | 'error'
  value: unknown
  step: string | null
  steps: readonly ViewStep[]
  context: Context
  accepts: readonly EventType[]
  drafts: Readonly<Record<string, ViewDraft>>
  issues: readonly ViewIssue[]
  pending: readonly string[]
  timers: readonly { id: string; dueAt: number }[]
  tags: readonly string[]
  expiresAt: number | null
}

/** Body of `POST /:flow/events`. `opId` names the submission (8 to 128 characters); resending the same one is one event. */
export type EventRequest<Event extends { type: string } = { type: string }> = {
  opId: string
  step?: string
  position?: Position
  event: Event
}

/** Answer to `POST /:flow/events`: `duplicate` when this `opId` was applied before. */
export type EventReply<V = View> = { outcome: 'applied' | 'duplicate'; view: V }

/** RFC 9457 body of every refused request; `view` is the fresh view where the page has to catch up. */
export type Problem<V = View> = {
  type: string
  title: string
  status: number
  code: string
  detail: string
  issues?: readonly ViewIssue[]
  view?: V
}
