// Results that came too late: nobody waits for them any more, so the machine is not told.

import { isDogearError } from '../../errors.ts'
import { whyOver } from '../../turn/effects.ts'
import type { Effect } from '../../turn/record.ts'
import type { Turn } from '../../turn/take-turn.ts'

/** The end of handing a result over: the `turn` that was taken, if any, and the errors of those that were not. */
export type HandedOver = {
  turn: Pick<Turn, 'changed' | 'record'> | undefined
  failures: readonly unknown[]
  signal: AbortSignal
}

/** The reason why a result in hand was dropped; undefined if the session has it, or may have it. */
export function whyDropped(effect: Effect, { turn, failures, signal }: HandedOver): string | undefined {
  const isGone = (error: unknown) => isDogearError(error) && error.code === 'session_gone'
  // A commit that failed may have happened, and the next turn finds that nobody waits.
  if (!failures.every(isGone)) return undefined
  if (turn?.changed) return undefined
  if (turn || failures.length > 0) return (turn?.record && whyOver(turn.record, effect)) ?? ended
  return whyAborted(signal)
}

const ended = 'the session was ended'

/** The reason why a try was aborted; undefined if it was not. */
export const whyAborted = ({ aborted, reason }: AbortSignal): string | undefined =>
  aborted ? (reason as Error).message : undefined
