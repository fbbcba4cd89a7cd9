// The form that hands in the document of a conversation.

import { assistantDocumentMessage } from '../../flows/assistant/documents.ts'
import type { AssistantView } from '../../flows/assistant/flow.ts'
import type { DocumentForm, DocumentPages } from '../uploads/form.ts'

/** Where the conversation is. */
export const assistantPlace: DocumentPages & { flow: string } = {
  flow: 'assistant',
  url: '/api/flows/assistant',
  base: '/assistant',
}

const form: DocumentForm<AssistantView> = {
  step: 'document',
  // The same form sent twice is one document, so the second one is asked for as well.
  isAsked: ({ step, context: { nextQuestion } }) =>
    step === 'document' || step === 'reading' || (step === 'conversation' && nextQuestion === 1),
  eventOf: (document, hash) => ({ type: 'document.given', document: { ...document, hash } }),
  documentIn: ({ context }) => context.document ?? undefined,
  messageOf: assistantDocumentMessage,
  beginning: { type: 'conversation.begun' },
}

export const assistantForms: Readonly<Record<string, DocumentForm<AssistantView>>> = { document: form }
