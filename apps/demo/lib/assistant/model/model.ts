// The client of the model: one chat completion of the OpenAI protocol, read as it is written.

import { createParser } from 'eventsource-parser'
import { overQuotaCode } from '../../../flows/assistant/trouble.ts'
import { goesOn } from '../cut.ts'
import { failure } from '../failure.ts'
import { textOf } from './model-chunk.ts'
import type { Message } from './prompt.ts'

export type ModelOptions = {
  /** The address above `/chat/completions`, such as `https://api.openai.com/v1`. */
  url: string
  key: string
  model: string
  /** The time without a word after which an answer counts as broken off. */
  silenceMs?: number
  clock?: () => number
}

export type Completion = {
  messages: readonly Message[]
  /** The same key is the same answer, billed once, with a provider that knows it. */
  idempotencyKey: string
  signal: AbortSignal
  onText?: (text: string) => void
  /** About the most that the answer may take, in tokens. */
  maxTokens?: number | undefined
}

export type Model = (completion: Completion) => Promise<string>

/** An answer that is longer than this, in characters, is not read to its end. */
const mostCharacters = 16_000

/**
 * Asks the model. Rejects with the code `broken_off` for an answer that ended before it said so, `nonsense` for what is
 * no answer in the protocol; with `overQuotaCode` or `unavailable`, for good, if asking again at once is of no use.
 */
export function createModel({ url, key, model, silenceMs = 30_000, clock = Date.now }: ModelOptions): Model {
  return async ({ messages, idempotencyKey, signal, onText = () => {}, maxTokens }) => {
    const silence = new AbortController()
    const silent = () => silence.abort(brokenOff())
    let timer = setTimeout(silent, silenceMs)
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify({ model, messages, stream: true, max_completion_tokens: maxTokens }),
        signal: AbortSignal.any([signal, silence.signal]),
        redirect: 'error',
      })
      await check(response, clock)
      return await readAnswer(response, (text) => {
        clearTimeout(timer)
        timer = setTimeout(silent, silenceMs)
        if (text !== '') onText(text)
      })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Rejects for an answer that holds no completion. */
async function check(response: Response, clock: () => number): Promise<void> {
  const { ok, status, headers } = response
  if (ok && response.body && headers.get('content-type')?.includes('text/event-stream')) return
  await response.body?.cancel()
  if (ok) throw nonsense()
  if (status === 429) throw failure(overQuotaCode(retryTime(headers, clock())) as never, 'Too much was asked for now.')
  const message = `The model answered ${status}.`
  // A request that is refused as such is refused again.
  if (status < 500 && status !== 408 && status !== 409) throw failure('unavailable', message)
  throw Object.assign(new Error(message), { code: 'unavailable' })
}

const minute = 60_000
const day = 24 * 60 * minute

/** The time from which on another try is welcome, by `Retry-After` in seconds or as a date; a minute without one. */
function retryTime(headers: Headers, now: number): number {
  const given = headers.get('retry-after') ?? ''
  const at = /^\d+(\.\d+)?$/.test(given) ? now + Number(given) * 1000 : Date.parse(given)
  return Math.round(Number.isNaN(at) ? now + minute : Math.min(Math.max(at, now), now + day))
}

/** The text, with `goesOn` where the model had more; `onText` is called with each part, `''` for a sign of life. */
async function readAnswer({ body }: Response, onText: (text: string) => void): Promise<string> {
  let [answer, ended] = ['', false]
  const parser = createParser({
    maxBufferSize: 1024 * 1024,
    onEvent({ data }) {
      if (data === '[DONE]' || ended) return
      const { text, last, cut } = textOf(data) ?? raise(nonsense())
      ended = last || answer.length + text.length > mostCharacters
      const said = cut || (ended && !last) ? text + goesOn : text
      answer += said
      onText(said)
    },
    onError: () => raise(nonsense()),
  })
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  try {
    while (!ended) {
      const { done, value } = await reader.read()
      if (done) throw brokenOff()
      parser.feed(decoder.decode(value, { stream: true }))
    }
    return answer
  } catch (error) {
    // A connection that breaks says so in words of its own.
    throw error instanceof TypeError ? brokenOff(error) : error
  } finally {
    await reader.cancel().catch(() => {})
  }
}

const brokenOff = (cause?: unknown): Error =>
  Object.assign(new Error('The answer broke off.', { cause }), { code: 'broken_off' })

const nonsense = (): Error => Object.assign(new Error('The model said what is no answer.'), { code: 'nonsense' })

function raise(error: Error): never {
  throw error
}
