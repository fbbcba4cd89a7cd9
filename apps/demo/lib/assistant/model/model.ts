// The client of the model: one answer, read as it is written.

import { goesOn } from '../cut.ts'
import { modelError } from '../failure.ts'
import type { ModelAddress, Question } from './model-stream.ts'

export type ModelOptions = ModelAddress & {
  /** The time without a word after which an answer counts as broken off. */
  silenceMs?: number
  clock?: () => number
}

export type Completion = Question & { onText?: (text: string) => void }

export type Model = (completion: Completion) => Promise<string>

/** An answer that is longer than this, in characters, is not read to its end. */
const mostCharacters = 16_000
/** The time that a stream has to close once its answer has ended. */
const closingMs = 1_000
/** Ends of an answer that is not whole: the limit of the model, or a filter. */
const cuts: readonly string[] = ['length', 'content_filter']

/**
 * Asks the model. Rejects with the code `broken_off` for an answer that ended before it said so, `nonsense` for what is
 * no answer in the protocol; with `overQuotaCode` or `unavailable`, for good, if asking again at once is of no use.
 */
export function createModel({ silenceMs = 30_000, clock = Date.now, ...address }: ModelOptions): Model {
  return async ({ signal, onText = () => {}, ...question }) => {
    const silence = new AbortController()
    const silentAfter = (ms: number) => setTimeout(() => silence.abort(modelError('broken_off')), ms)
    let timer = silentAfter(silenceMs)
    let [answer, end, chunks, choices] = ['', '', 0, 0]
    const say = (text: string) => {
      answer += text
      onText(text)
    }
    // Loaded with the first question, so that a server starts without them.
    const [{ openStream }, { failureOf }] = await Promise.all([import('./model-stream.ts'), import('./no-answer.ts')])
    try {
      const parts = await openStream(address, { ...question, signal: AbortSignal.any([signal, silence.signal]) })
      for await (const part of parts) {
        if (part.type === 'error') throw part.error
        if (part.type === 'text-delta') say(part.delta)
        if (answer.length > mostCharacters) {
          end = 'length'
          break
        }
        if (part.type !== 'raw') continue
        const [choice] = (part.rawValue as Chunk | null)?.choices ?? []
        chunks++
        if (choice) choices++
        end ||= choice?.finish_reason ?? ''
        clearTimeout(timer)
        timer = silentAfter(end ? closingMs : silenceMs)
      }
    } catch (error) {
      signal.throwIfAborted()
      // An answer that has said that it ends is whole, whatever comes after that.
      if (!end) {
        silence.signal.throwIfAborted()
        throw failureOf(error, { now: clock(), without: chunks > 0 && choices === 0 })
      }
    } finally {
      clearTimeout(timer)
      // The connection ends with the answer.
      silence.abort()
    }
    if (cuts.includes(end)) say(goesOn)
    return answer
  }
}

type Chunk = { choices?: readonly { finish_reason?: string | null }[] }
