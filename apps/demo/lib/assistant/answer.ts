// The effect that answers a question, and shows the answer as it is written.

import { fromEffect } from 'dogear'
import type { Answer, AnswerInput } from '../../flows/assistant/context.ts'
import { answerBytes } from '../../flows/assistant/limits.ts'
import { sessionTagOf } from '../uploads/session-tag.ts'
import type { AnswerProgress } from './answer-progress.ts'
import { passagesOf } from './extract.ts'
import { failure } from './failure.ts'
import type { Model } from './model/model.ts'
import { toPrompt } from './model/prompt.ts'
import { toAnswer } from './model/to-answer.ts'
import type { Shelf } from './shelf.ts'
import { maskedParts } from './without-cards.ts'

/** The tokens that a question may take, with all that is sent along. */
export const promptTokens = 3_000
/** The tokens of an answer: what the session has room for, at four bytes each. */
const answerTokens = answerBytes / 4

/** Rejects as the model does, with `nonsense` for an answer that is none, and as the reading of a document does. */
export const answerWith = (shelf: Shelf, model: Model) =>
  fromEffect<Answer, AnswerInput>(async ({ input, effectId, progress, signal }) => {
    const { document, question, summary, exchanges, title } = input
    const session = sessionTagOf(effectId)
    // A page hears of a question and of its answer by two streams.
    progress({ question: question.id } satisfies AnswerProgress)
    // The document itself is opened only if its passages have gone.
    const { passages } = await passagesOf(shelf, { document, session, reading: { signal, onPage: () => {} } })
    const prompt = toPrompt({ question: question.text, summary, exchanges, passages, title }, promptTokens)
    const { messages } = prompt
    const onText = maskedParts(progress)
    const text = await model({ messages, idempotencyKey: effectId, signal, onText, maxTokens: answerTokens })
    const answer = toAnswer(text, prompt.passages)
    // The same question under the same key has the same answer.
    if (!answer) throw failure('nonsense', 'The model said what is no answer.')
    return answer
  })
