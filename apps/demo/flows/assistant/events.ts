// The events of the conversation, as schemas of their payloads, and what is kept of it.

import { z } from 'zod'
import type { EventsOf } from '../events.ts'
import { required } from '../text-fields.ts'
import { bytesOf, nameBytes, questionBytes } from './limits.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * The reference to a document kept outside the session. `hash` is SHA-256 in hexadecimal digits, `size` in bytes; the
 * server makes both, and `id`, which cannot be guessed. A document of version 1 has no hash until it was read.
 */
export const AssistantDocument = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{32}$/),
  name: z.string().min(1).max(120),
  size: z.int().positive(),
  type: z.enum(['application/pdf', 'text/plain']),
  hash: hash.nullable(),
})
export type AssistantDocument = z.infer<typeof AssistantDocument>

/** A name of a few characters can take many bytes: letters with dozens of marks. */
const fits = (name: string): boolean => bytesOf(name) <= nameBytes

const text = z
  .string('Write a question')
  .trim()
  .min(1, 'Write a question')
  .refine((value) => bytesOf(value) <= questionBytes, 'The question is too long. Shorten it, or ask in two parts')

export const assistantEvents = {
  'name.given': z.object({
    name: required('Enter a name', 'Name', 60).refine(fits, 'The name is too long').meta({ pii: true }),
  }),
  /** The beginning for people whose name is known: an upload needs a session that it belongs to. */
  'conversation.begun': z.object({}),
  'document.given': z.object({ document: AssistantDocument.extend({ hash }) }),
  /** Another document in place of this one; the conversation ends with the old one. */
  'document.dropped': z.object({}),
  'question.asked': z.object({ text }),
  /** The last question in other words: its answer goes, and it is asked again. */
  'question.edited': z.object({ text }),
  /** The question that got no answer, once more. */
  'question.retried': z.object({}),
  /** The last answer anew. */
  'answer.repeated': z.object({}),
  'answer.stopped': z.object({}),
  'history.forgotten': z.object({}),
  'conversation.ended': z.object({}),
}

/** Events that only the server sends. */
export const assistantServerEvents = {
  /** Somebody who may decide so has taken the document away, such as after a complaint. */
  'document.withdrawn': z.object({}),
}

export type AssistantEvent = EventsOf<typeof assistantEvents> | EventsOf<typeof assistantServerEvents>

/** A question with the number that it keeps, from 1. */
export const Question = z.object({ id: z.int().positive(), text: z.string() })
export type Question = z.infer<typeof Question>

/**
 * A question with its answer; `null` for one that was stopped. `passages` are the numbers of the passages of the
 * document, from 1, that the answer rests on.
 */
export const Exchange = z.object({
  id: z.int().positive(),
  question: z.string(),
  answer: z.string().nullable(),
  passages: z.array(z.int().positive()).max(4),
})
export type Exchange = z.infer<typeof Exchange>

const modelCodes = ['over_quota', 'unavailable', 'broken_off', 'nonsense'] as const
const documentCodes = [
  'document_encrypted',
  'document_unreadable',
  'document_without_text',
  'document_too_long',
  'document_lost',
  'document_withdrawn',
  'document_kept',
] as const

/**
 * The reason why there is no answer: the model took too many questions (`retryAt`, in milliseconds, says until when),
 * was not to be reached, broke off, said what is no answer. Or the document could not be read, or not be deleted.
 */
export const Trouble = z.object({
  code: z.enum([...modelCodes, ...documentCodes]),
  retryAt: z.int().nullable(),
})
export type Trouble = z.infer<typeof Trouble>

/** True for the troubles that only another document mends. */
export const isOfDocument = ({ code }: Trouble): boolean => (documentCodes as readonly string[]).includes(code)
