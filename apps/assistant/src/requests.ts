// The requests of callers: bounded bodies, checked parameters.
import type { IncomingMessage } from 'node:http'
import type { Message } from './conversation.ts'
import { invalid, refusal } from './refusals.ts'

/** A request for a completion, checked. */
export type ChatRequest = {
  model: string
  messages: readonly Message[]
  /** The most that the answer may take. */
  maxTokens: number | undefined
  idempotencyKey: string | undefined
  stream: boolean
  includeUsage: boolean
}

type Json = Record<string, unknown>

const MAX_BYTES = 1024 * 1024
const MAX_MESSAGES = 1000
const roles: Readonly<Record<string, Message['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
}
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

export async function readJson(request: IncomingMessage): Promise<Json> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  // Pages of other sites cannot send this type unasked.
  if (type !== 'application/json') throw refusal(415, { message: 'Send a body of the type application/json.' })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    // The rest is read and dropped: a connection that is left full of it would hold up the next request.
    if (size <= MAX_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BYTES) throw refusal(413, { message: `The body takes more than ${MAX_BYTES} bytes: send less.` })
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (isObject(value)) return value
  } catch {}
  throw refusal(400, { message: 'The body must be a JSON object.' })
}

/** `POST /v1/chat/completions`. Parameters that change how a model draws its words, such as `seed`, are ignored. */
export async function readChat(request: IncomingMessage): Promise<ChatRequest> {
  const body = await readJson(request)
  const { model, messages, stream = false } = body
  if (typeof model !== 'string' || model === '') throw invalid('model', 'Name a model.')
  refuseUnsupported(body)
  if (stream !== null && typeof stream !== 'boolean') throw invalid('stream', '"stream" must be true or false.')
  return {
    model,
    messages: readMessages(messages),
    maxTokens: readMaxTokens(body),
    idempotencyKey: readKey(request),
    stream: stream === true,
    includeUsage: readIncludeUsage(body),
  }
}

function readKey(request: IncomingMessage): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && key !== '' && key.length <= 255) return key
  throw invalid('Idempotency-Key', 'The header Idempotency-Key must have 1 to 255 characters.')
}

function readMessages(messages: unknown): Message[] {
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MAX_MESSAGES) {
    throw invalid('messages', `"messages" must be a list of 1 to ${MAX_MESSAGES} messages.`)
  }
  const read = messages.map(readMessage)
  if (read.at(-1)?.role === 'user') return read
  throw invalid(`messages[${read.length - 1}].role`, 'The last message must be one of the user.')
}

function readMessage(message: unknown, index: number): Message {
  const { role, content } = isObject(message) ? message : {}
  const known = typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role] : undefined
  if (!known) throw invalid(`messages[${index}].role`, `A role is one of ${Object.keys(roles).join(', ')}.`)
  const parts = Array.isArray(content) ? content : [{ type: 'text', text: content }]
  const texts = parts.map((part) => (isObject(part) && part.type === 'text' ? part.text : undefined))
  if (texts.every((text) => typeof text === 'string')) return { role: known, content: texts.join('') }
  throw invalid(`messages[${index}].content`, 'The content must be a text, or a list of parts of the type "text".')
}

function readMaxTokens({ max_completion_tokens, max_tokens }: Json): number | undefined {
  const most = max_completion_tokens ?? max_tokens ?? undefined
  if (most === undefined) return undefined
  if (typeof most === 'number' && Number.isSafeInteger(most) && most > 0) return most
  throw invalid('max_completion_tokens', 'The most tokens must be a positive whole number.')
}

function readIncludeUsage({ stream, stream_options: options }: Json): boolean {
  if (options === undefined || options === null) return false
  if (stream !== true) throw invalid('stream_options', '"stream_options" is for streams only: send "stream": true.')
  const { include_usage: include = false } = isObject(options) ? options : { include_usage: null }
  if (typeof include === 'boolean') return include
  throw invalid('stream_options.include_usage', '"include_usage" must be true or false.')
}

/** Parameters that would need another answer than the one there is. */
function refuseUnsupported({ n, tools, functions, response_format: format }: Json): void {
  const isPlain = format === undefined || format === null || (isObject(format) && format.type === 'text')
  const unsupported =
    (n !== undefined && n !== null && n !== 1 && 'n') ||
    (Array.isArray(tools) && tools.length > 0 && 'tools') ||
    (Array.isArray(functions) && functions.length > 0 && 'functions') ||
    (!isPlain && 'response_format')
  if (!unsupported) return
  throw invalid(
    unsupported,
    `This stand-in gives one answer, as text: leave "${unsupported}" out.`,
    'unsupported_value',
  )
}
