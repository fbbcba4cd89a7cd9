// Everything that crosses the network: views, requests, problems.

/**
 * The state of a session that a client has seen: commits raise `revision`, restored lost revisions raise `epoch`.
 * `mark` is new with every commit, so that a store that lost its last writes and went on is not taken for the one it
 * was: 8 characters of base64url, 3 of the session, 5 at random; empty at revision 0. Two positions are the same only
 * if all three members are.
 */
export type Position = { epoch: number; revision: number; mark: string }

/** One fault of one submitted value; `path` leads into the event. */
export type ViewIssue = { path: readonly (string | number)[]; message: string }

export type StepState = 'done' | 'current' | 'todo'

/**
 * One step on the person's path through the flow: `path` is the last part of its URL. `open`: it is still to do, in a
 * parallel region beside the current step, so that its page may be shown.
 */
export type ViewStep = { id: string; path: string; title: string; state: StepState; open?: true }

/**
 * Values typed but not submitted in one form, with what is wrong with them if they were refused; `''` is a field that
 * was emptied or a box that was unticked. `at` is when each field was typed, in milliseconds by the store's clock; a
 * field without it is older than any with it. `whole`: the form holds no other fields, so one that is not named is
 * empty or unticked.
 */
export type FormDraft = {
  values: Readonly<Record<string, unknown>>
  issues: readonly ViewIssue[]
  at?: Readonly<Record<string, number>>
  whole?: true
}

/**
 * The draft of a step. A form is named by the type of its event, `type#name` if it has a name of its own: `form` is the
 * only one typed into. If there are several, `forms` holds the draft of each (`''`: values of no named form), the
 * members beside it the latest of all.
 */
export type ViewDraft = FormDraft & { form?: string; forms?: Readonly<Record<string, FormDraft>> }

/**
 * The reason why the session this browser had is not here. `expired` also stands for one the server does not know (any
 * more); `removed`: it was ended for good; `moved`: handed to another device, named in `to`; `revoked`: another device
 * ended this one's access; `signed_out`: it belongs to an account that is not signed in here; `finished`: its end was
 * shown for as long as the flow says (`lifetime.finished`), and this visit begins anew. `takeBack`: nothing was
 * entered since it moved, so this browser may have it back.
 */
export type Gone = {
  why: 'expired' | 'removed' | 'moved' | 'revoked' | 'signed_out' | 'finished'
  to: string | null
  at: number | null
  takeBack: boolean
}

/** `move`: the issuing browser loses the session; `join`: both have it. */
export type HandoffMode = 'move' | 'join'

/** Answer to `POST /:flow/handoffs`, the only one with link and code; `expiresAt` by the store's clock. */
export type HandoffReply = { url: string; code: string; expiresAt: number }

/**
 * Answer to `POST /handoffs/look`, which consumes nothing: what is being handed over. `from` is the issuing device,
 * `owner` a masked name or null. `here` is the session this browser already has of the flow, if it is another one;
 * `same`: it is this very one. `key` is that of one of several sessions of the flow, in every browser.
 */
export type HandoffLook = {
  flow: string
  key?: string
  mode: HandoffMode
  from: string
  owner: string | null
  step: string | null
  title: string | null
  createdAt: number
  updatedAt: number
  expiresAt: number
  now: number
  here: { title: string | null; updatedAt: number } | 'same' | null
}

/** One browser that holds a secret for the session; `here` is the one that asks. */
export type ViewDevice = { id: string; label: string; createdAt: number; seenAt: number; here: boolean }

/**
 * One saved session of the signed-in owner, as `GET /` lists it. `session` names it for `POST /:flow/open`, or
 * `/:flow@key/open` for one with a `key`.
 */
export type SavedSession = {
  session: string
  flow: string
  key?: string
  status: 'active' | 'done' | 'error'
  step: string | null
  title: string | null
  path: string | null
  createdAt: number
  updatedAt: number
  expiresAt: number
  here: boolean
}

/**
 * The times, by the store's clock, at which the session last went to another state: by an event of the browser that
 * asks (`here`), by one of another device (`elsewhere`), by a timer, an effect or the server (`itself`). Null: not in
 * the last 20 turns.
 */
export type Moves = { here: number | null; elsewhere: number | null; itself: number | null }

/**
 * The session as it leaves the server for a client: everything a page needs, nothing it must not know.
 *
 * `saved` is false before the first accepted event, when nothing is stored yet. `step` is the id of the current step,
 * or null in a state that is none. `steps` lists the visited steps that can still be returned to, the current one, and
 * those that lie on every path from here to the end. `drafts` are typed and not submitted, by step; `issues` those of
 * the current step. `pending` holds the ids of effects not finished yet. Times are milliseconds since the Unix epoch,
 * by the store's clock. `tag` is opaque, the same for every view of one session and
 * null before there is one; it opens nothing. `key` is that of one of several sessions of the flow, once it has begun.
 * `gone` says why the session this browser had is not the one shown.
 */
export type View<Context = unknown, EventType extends string = string> = {
  flow: string
  version: number
  tag: string | null
  key?: string
  gone: Gone | null
  epoch: number
  revision: number
  mark: string
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
  moved: Moves
  expiresAt: number | null
}

/**
 * The progress of an effect: `text` is all that the attempt has said so far, `value` its last value, undefined before
 * the first. `attempt` names it among all attempts of the session's effects of this id.
 */
export type EffectProgress = { readonly attempt: string; readonly text: string; readonly value: unknown }

/** By the ids of effects, as in `pending` of a view; only those that have reported something. */
export type Progress = Readonly<Record<string, EffectProgress>>

/** The props of a flow's page, from the server: `path` is that of its step, or null for a state that is none. */
export type StepProps<V extends View = View> = {
  view: V
  /** The server's clock, in milliseconds since the Unix epoch. */
  now: number
  /** Where the flow's events go, such as `/api/flows/checkout`, or `/api/flows/checkout@order-42`. */
  url: string
  /** The path above its pages, such as `/checkout`. */
  base: string
  path: string | null
  /** The code of the problem that led here: a form without JavaScript was refused, or a page is closed. */
  problem?: string | undefined
  words: StepWords
}

/** The language of a page, and what it says about a problem, by code. */
export type StepWords = { lang: string; dir: 'ltr' | 'rtl'; problems: Readonly<Record<string, string>> }

/**
 * Body of `POST /:flow/events`. `opId` names the submission (8 to 128 characters); resending the same one is one event.
 * `version` is the flow's version the page was made for, so that an event of an earlier shape can be lifted. `fields`
 * names all fields of the form that is sent, since the event leaves the empty ones out: their drafts end too. It says
 * that the event is a form's: its schema reads what is text there. `form`: the one of several forms of this event whose
 * draft ends, `type#name`.
 */
export type EventRequest<Event extends { type: string } = { type: string }> = {
  opId: string
  version?: number | undefined
  step?: string | undefined
  position?: Position | undefined
  fields?: readonly string[] | undefined
  form?: string | undefined
  event: Event
}

/** Answer to `POST /:flow/events`: `duplicate` when this `opId` was applied before. */
export type EventReply<V = View> = { outcome: 'applied' | 'duplicate'; view: V }

/**
 * Body of `PUT /:flow/drafts/:step`: the fields that changed, merged into the draft; null takes a field out. `opId` is
 * that of the submission they are becoming: once it was applied, a draft that comes late changes nothing. `ageMs` is
 * how long ago they were typed (0), or that of each field: an older value never replaces a newer one. `form` is the
 * type of the event they are typed for, `type#name` in one of several forms: the draft ends with that event, and no
 * other. `type` says the same, and asks for the values to be checked as that event and kept with their issues.
 * `version` as in an event. `position` tells a browser that keeps no cookie from one that begins.
 */
export type DraftBody = {
  opId: string
  values: Readonly<Record<string, unknown>>
  ageMs?: number | Readonly<Record<string, number>> | undefined
  form?: string | undefined
  type?: string | undefined
  version?: number | undefined
  position?: Position | undefined
}

/**
 * RFC 9457 body of every refused request. `type` is the URL of the page about `code`; `view` is the fresh view where
 * the page has to catch up, `reference` names the session to an operator where what is stored cannot be used.
 */
export type Problem<V = View> = {
  type: string
  title: string
  status: number
  code: string
  detail: string
  issues?: readonly ViewIssue[]
  reference?: string
  view?: V
}
