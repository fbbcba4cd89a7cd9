// Answers requests for completions: once for each idempotency key, and in the log before anything is sent.
import { createHash, randomBytes } from 'node:crypto'
import type { JsonLines } from '../../json-lines.ts'
import { type Answer, answerTo } from './answer.ts'
import type { Message } from './conversation.ts'
import { refusal } from './refusals.ts'
import type { ChatRequest } from './requests.ts'
import { tokensOf } from './sentences.ts'

/** Tokens, four bytes each. */
export type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number }

/** One accepted request; `billed` is false if its key had an answer before; `at` is ISO 8601. */
export type Entry = {
  id: string
  idempotencyKey: string | null
  model: string
  messages: readonly Message[]
  maxTokens?: number | undefined
  usage: Usage
  billed: boolean
  at: string
}

/** `created` is in seconds since 1970; `again` is true if its key had this answer before. */
export type Completion = Answer & { id: string; created: number; model: string; usage: Usage; again: boolean }

type Known = { parameters: string; first: Promise<{ id: string; at: string }> }

const MAX_LOG_BYTES = 256 * 1024 * 1024

type Parameters = Pick<Entry, 'model' | 'messages' | 'maxTokens'>
const parametersOf = ({ model, messages, maxTokens }: Parameters): string =>
  createHash('sha256')
    .update(JSON.stringify([model, messages, maxTokens ?? null]))
    .digest('base64')

/**
 * Later requests with a key get the completion of the first one, also after a restart and while the first is still
 * written. The same key with another model or other messages is refused.
 */
export function createCompletions(
  log: JsonLines<Entry>,
  { maxLogBytes = MAX_LOG_BYTES } = {},
): (request: ChatRequest) => Promise<Completion> {
  const byKey = new Map<string, Known>()
  for (const { idempotencyKey, billed, id, at, ...entry } of log.earlier)
    if (idempotencyKey !== null && billed)
      byKey.set(idempotencyKey, { parameters: parametersOf(entry), first: Promise.resolve({ id, at }) })

  function known({ idempotencyKey, ...request }: ChatRequest): Known | undefined {
    const found = idempotencyKey === undefined ? undefined : byKey.get(idempotencyKey)
    if (!found || found.parameters === parametersOf(request)) return found
    const message = 'This idempotency key was used with another model or other messages: use a new one.'
    throw refusal(422, { message, param: 'Idempotency-Key', code: 'idempotency_key_reused' })
  }

  return async (request) => {
    const { model, messages, maxTokens, idempotencyKey } = request
    const before = known(request)
    if (log.size() > maxLogBytes)
      throw refusal(503, { message: 'The log of this stand-in is full: delete it.', type: 'server_error' })
    const answer = answerTo(messages, maxTokens)
    const usage = usageOf(messages, answer.text)

    const append = async ({ id, at, billed }: { id: string; at: string; billed: boolean }) => {
      const key = idempotencyKey ?? null
      await log.append({ id, idempotencyKey: key, model, messages, maxTokens, usage, billed, at })
      return { id, at }
    }
    const now = new Date().toISOString()
    const first = before
      ? before.first
      : append({ id: `chatcmpl-${randomBytes(12).toString('hex')}`, at: now, billed: true })
    if (idempotencyKey !== undefined && !before) {
      byKey.set(idempotencyKey, { parameters: parametersOf(request), first })
      // One that could not be written was not answered, so its key can be used again.
      first.catch(() => byKey.delete(idempotencyKey))
    }
    const { id, at } = await first
    if (before) await append({ id, at: now, billed: false })
    const created = Math.floor(Date.parse(at) / 1000)
    return { ...answer, id, created, model, usage, again: before !== undefined }
  }
}

function usageOf(messages: readonly Message[], text: string): Usage {
  const prompt = messages.reduce((sum, { content }) => sum + tokensOf(content), 0)
  const completion = tokensOf(text)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}
