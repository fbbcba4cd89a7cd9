// The migration from version 1 of the assistant, which did not read the document once, and forgot older messages.

import type { MigrationRule } from 'dogear'
import { z } from 'zod'
import { AssistantDocument } from './events.ts'

const ContextOf1 = z.object({
  name: z.string().nullable(),
  document: AssistantDocument.omit({ hash: true }).nullable(),
  messages: z.array(z.object({ question: z.string(), answer: z.string().nullable() })),
})

export const from1To2: MigrationRule<typeof ContextOf1> = {
  from: ContextOf1,
  // A question that is being answered is asked again once the document was read.
  renames: { answer: null },
  migrate: ({ value, context: { name, document, messages } }) => {
    const answering = typeof value === 'object' && value.conversation === 'answering'
    const numbered = messages.map((message, index) => ({ id: index + 1, ...message }))
    const [pending] = answering ? numbered.slice(-1) : []
    const said = pending ? numbered.slice(0, -1) : numbered
    return {
      // People in a conversation wait until their document was read, and go on in it.
      value: value === 'name' ? 'name' : document && value !== 'document' ? 'reading' : { document: 'awaited' },
      context: {
        name,
        document: document && { ...document, hash: null },
        extract: null,
        exchanges: said.map((message) => ({ ...message, passages: [] })),
        summary: '',
        moved: { exchanges: 0, page: null },
        questions: pending ? [{ id: pending.id, text: pending.question }] : [],
        nextQuestion: messages.length + 1,
        trouble: null,
        dropped: null,
      },
    }
  },
  resume: 'stay',
}
