// The memory of a conversation: the exchanges that stay in the session, and those that are condensed next.

import type { Exchange, Question } from './events.ts'
import { bytesOf, frameBytes, recentBytes, waitingBytes } from './limits.ts'

const sizeOf = ({ question, answer }: Exchange): number => frameBytes + bytesOf(question) + bytesOf(answer ?? '')

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)

/**
 * The exchanges to condense, oldest first: as many as have to go for the rest to fit, within `recentBytes` for one
 * condensation, and at least one. Empty while all of them fit. The last exchange always stays.
 */
export function toCondense(exchanges: readonly Exchange[]): Exchange[] {
  const left = sum(exchanges.map(sizeOf))
  const chosen: Exchange[] = []
  let taken = 0
  for (const exchange of exchanges.slice(0, -1)) {
    const size = sizeOf(exchange)
    const fits = chosen.length === 0 || taken + size <= recentBytes
    if (left - taken <= recentBytes || !fits) break
    chosen.push(exchange)
    taken += size
  }
  return chosen
}

/** True if one more question may wait for its turn. */
export function canWait(questions: readonly Question[], text: string): boolean {
  const waiting = [...questions.slice(1).map((question) => question.text), text]
  return sum(waiting.map((one) => frameBytes + bytesOf(one))) <= waitingBytes
}
