// The effect that condenses the older part of a conversation into a summary, and moves it out of the session.

import { fromEffect } from 'dogear'
import type { Condensed, CondenseInput } from '../../flows/assistant/context.ts'
import { summaryBytes } from '../../flows/assistant/limits.ts'
import { sessionTagOf } from '../uploads/session-tag.ts'
import { sentencesWithin } from './cut.ts'
import { toCondensePrompt } from './model/condense-prompt.ts'
import type { Model } from './model/model.ts'
import { writeMoved } from './moved.ts'
import type { Shelf } from './shelf.ts'
import { withoutCards } from './without-cards.ts'

/** Rejects as the model does. A summary that says nothing leaves the earlier one; exchanges are kept in any case. */
export const condenseWith = ({ beside }: Pick<Shelf, 'beside'>, model: Model) =>
  fromEffect<Condensed, CondenseInput>(async ({ input, effectId, signal }) => {
    const { document, exchanges, page: previous } = input
    const messages = toCondensePrompt(input, summaryBytes)
    const said = await model({ messages, idempotencyKey: effectId, signal })
    const plain = said.replace(/[\s\p{Cc}]+/gu, ' ').trim()
    const summary = withoutCards(sentencesWithin(plain, summaryBytes), summaryBytes)
    signal.throwIfAborted()
    const session = sessionTagOf(effectId)
    const page = await writeMoved(beside, { document, session, effectId, exchanges, previous })
    return { summary: /\p{L}/u.test(summary) ? summary : input.summary, page }
  })
