// The documents of the application: the forms that hand them in.

import { documentKinds } from '../../flows/application/choices.ts'
import { documentMessage } from '../../flows/application/documents.ts'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { isOpen } from '../view.ts'
import type { DocumentForm } from './form.ts'

/** One form for each question that is answered by a file, under its name. */
export const applicationForms: Readonly<Record<string, DocumentForm<ApplicationView>>> = Object.fromEntries(
  documentKinds.map((kind) => [
    kind,
    {
      step: kind,
      isAsked: (view) => isOpen(view, kind),
      eventOf: (document) => ({ type: `${kind}.submitted`, document }),
      documentIn: ({ context }) => context.answers[kind]?.document,
      messageOf: (problem) => documentMessage(problem, kind),
    } satisfies DocumentForm<ApplicationView>,
  ]),
)
