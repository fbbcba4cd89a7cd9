// The stream of an answer, by a library for every provider of the OpenAI protocol.

import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV3Message, LanguageModelV3StreamPart } from '@ai-sdk/provider'
import { modelError } from '../failure.ts'
import type { Message } from './prompt.ts'

export type ModelAddress = {
  /** The address above `/chat/completions`, such as `https://api.openai.com/v1`. */
  url: string
  key: string
  model: string
}

export type Question = {
  messages: readonly Message[]
  /** The same key is the same answer, billed once, with a provider that knows it. */
  idempotencyKey: string
  signal: AbortSignal
  /** About the most that the answer may take, in tokens. */
  maxTokens?: number | undefined
}

/** The most of a response that is read, in bytes: more than the longest answer takes, a character in each chunk. */
const mostBytes = 8 * 1024 * 1024

/**
 * Asks once: the effect decides about another try. Each chunk is told as it came (`raw`) and then as the text that it
 * adds; a chunk that is none, and an end that no chunk has said, are parts of the type `error`.
 */
export async function openStream(
  { url, key, model }: ModelAddress,
  { messages, idempotencyKey, signal, maxTokens }: Question,
): Promise<ReadableStream<LanguageModelV3StreamPart>> {
  const provider = createOpenAICompatible({
    ...{ name: 'model', baseURL: url, apiKey: key, fetch: fetchBounded },
    transformRequestBody: ({ max_tokens, ...body }) => ({ ...body, max_completion_tokens: max_tokens }),
  })
  const { stream, response } = await provider(model).doStream({
    prompt: messages.map(toPromptMessage),
    headers: { 'idempotency-key': idempotencyKey },
    abortSignal: signal,
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    includeRawChunks: true,
  })
  if (response?.headers?.['content-type']?.includes('text/event-stream')) return stream
  throw modelError('nonsense')
}

const toPromptMessage = ({ role, content }: Message): LanguageModelV3Message =>
  role === 'system' ? { role, content } : { role, content: [{ type: 'text', text: content }] }

/** Follows no redirect, which would take the key along. A body past its bound breaks off. */
const fetchBounded: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' })
  let left = mostBytes
  const bound = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, body) {
      left -= bytes.length
      if (left < 0) throw modelError('nonsense')
      body.enqueue(bytes)
    },
  })
  return new Response(response.body?.pipeThrough(bound) ?? null, response)
}
