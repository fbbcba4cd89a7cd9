// The shapes of a conversation: what its session keeps, what its effects are given, what they give back.

import { z } from 'zod'
import { AssistantDocument, Exchange, Question, Trouble } from './events.ts'

/** The text of a document as it was read, once: `title` of the document itself, or its name. */
const Extract = z.object({ title: z.string().max(120), pages: z.int().positive(), passages: z.int().positive() })

export const AssistantContext = z.object({
  name: z.string().nullable().meta({ pii: true }),
  document: AssistantDocument.nullable(),
  extract: Extract.nullable(),
  /** The last exchanges, oldest first. */
  exchanges: z.array(Exchange),
  /** A summary of the exchanges before them; empty at first. */
  summary: z.string(),
  /** The exchanges before them: how many, and the id of the newest page of them, which names the one before it. */
  moved: z.object({ exchanges: z.int(), page: z.string().nullable() }),
  /** The question that is being answered, and those that wait for their turn. */
  questions: z.array(Question),
  /** The number of the next question. */
  nextQuestion: z.int(),
  trouble: Trouble.nullable(),
  /** The id of a document whose files, and what was said about it, are to be removed. */
  dropped: z.string().nullable(),
})
export type AssistantContext = z.infer<typeof AssistantContext>

export const AssistantInput = z.object({ name: z.string().max(60).nullable() })
export type AssistantInput = z.infer<typeof AssistantInput>

export type Extract = z.infer<typeof Extract>
/** `hash` of the document as it was read. */
export type Extracted = Extract & { hash: string }
/** `dropped` is a document that is removed before `document` is read. */
export type ExtractInput = { document: AssistantDocument; dropped: string | null }
export type Answer = { text: string; passages: number[] }
export type AnswerInput = {
  question: Question
  summary: string
  exchanges: Exchange[]
  document: AssistantDocument
  title: string
}
export type Condensed = { summary: string; page: string }
/** `document` is an id: the page of the exchanges lies beside the document. */
export type CondenseInput = { summary: string; exchanges: Exchange[]; page: string | null; document: string }
/** Removes what was said about a document; and the document, unless it is kept. */
export type ForgetInput = { document: string; keep: 'document' | 'nothing' }
