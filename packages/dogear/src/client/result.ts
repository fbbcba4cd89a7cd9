// Results of the browser's copy of a session: types only.

import type { Problem, View } from '../wire.ts'
import type { DraftResult, DraftStatus } from './drafts.ts'

/**
 * Immutable; the same object until something changed. `problem` is the last refusal, until an event is accepted.
 * `ended` is the tag of the session that was started over from this page last.
 */
export type FlowSnapshot<V extends View = View> = {
  readonly view: V
  readonly busy: boolean
  readonly problem: Problem<V> | null
  readonly draft: DraftStatus<V>
  readonly ended: string | null
}

/** `kept` is set where the refused values are being kept as a draft, and tells what became of that. */
export type SendResult<V extends View = View> =
  | { ok: true; outcome: 'applied' | 'duplicate'; view: V }
  | { ok: false; problem: Problem<V>; kept?: Promise<DraftResult<V>> }

/** The outcome of a command other than an event. */
export type CommandResult<V extends View = View> = DraftResult<V>

/**
 * `step`: where the person was (default: the current step); `opId` names the submission (default: a fresh one);
 * `draft`: the values to keep if the event is refused as invalid (default: its payload). A form names all its fields
 * there, as what was typed into them ends once it is accepted. `form`: the draft that ends with it, `type#name`.
 */
export type SendOptions = {
  step?: string | undefined
  opId?: string | undefined
  draft?: Readonly<Record<string, unknown>> | undefined
  form?: string | undefined
}
