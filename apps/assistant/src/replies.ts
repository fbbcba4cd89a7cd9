// A completion as the protocol writes it: one JSON object, or the events of a stream.
import type { Completion } from './completions.ts'
import type { Misbehaviour } from './misbehaviour.ts'
import type { ChatRequest } from './requests.ts'
import { piecesOf } from './sentences.ts'

/** The body in the chunks in which it is sent. */
export type Reply = { type: string; parts: readonly string[] }

type Manner = Pick<ChatRequest, 'stream' | 'includeUsage'> & Pick<Misbehaviour, 'nonsense'>

const EVENTS = 'text/event-stream; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'
const DONE = 'data: [DONE]\n\n'
const page = '<!doctype html>\n<title>Bad gateway</title>\n<h1>This page is no completion</h1>\n'

/** The reply to a request, or the nonsense in its place. */
export function replyOf(completion: Completion, { stream, includeUsage, nonsense }: Manner): Reply {
  if (nonsense === 'html') return { type: 'text/html; charset=utf-8', parts: [page] }
  if (stream)
    return { type: EVENTS, parts: nonsense ? brokenEvents(completion, nonsense) : events(completion, includeUsage) }
  const whole = JSON.stringify(wholeOf(completion))
  if (nonsense === 'text') return { type: JSON_TYPE, parts: [whole.slice(0, whole.length / 2)] }
  const empty = JSON.stringify({ ...wholeOf(completion), choices: [] })
  return { type: JSON_TYPE, parts: [nonsense === 'empty' ? empty : whole] }
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`

function wholeOf({ id, created, model, text, finish, usage }: Completion): object {
  const message = { role: 'assistant', content: text, refusal: null }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }]
  return { id, object: 'chat.completion', created, model, choices, usage }
}

function events({ id, created, model, text, finish, usage }: Completion, includeUsage: boolean): string[] {
  const frame = { id, object: 'chat.completion.chunk', created, model }
  const chunk = (delta: object, finish_reason: string | null = null): string => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }]
    return event({ ...frame, choices, ...(includeUsage && { usage: null }) })
  }
  return [
    chunk({ role: 'assistant', content: '' }),
    ...piecesOf(text).map((content) => chunk({ content })),
    chunk({}, finish),
    ...(includeUsage ? [event({ ...frame, choices: [], usage })] : []),
    DONE,
  ]
}

function brokenEvents({ id, created, model }: Completion, nonsense: 'text' | 'empty'): string[] {
  const frame = { id, object: 'chat.completion.chunk', created, model, choices: [] }
  return nonsense === 'empty' ? [event(frame), DONE] : ['data: {"id": "chatcmpl-\n\n', 'data: as you wish\n\n', DONE]
}
