// A form that hands in a document, as the routes about documents need to know it.

import type { View } from 'dogear'
import type { DocumentProblem, DocumentRef } from '../../flows/documents.ts'
import type { Text } from '../../words/words.ts'
import type { FlowPages } from '../flow-pages.ts'

export type DocumentPages = Pick<FlowPages, 'base' | 'url'>
export type FlowView = Pick<View, 'saved' | 'tag' | 'status' | 'steps'>

export type DocumentForm<View> = {
  /** The path of the step that has the form. */
  step: string
  /** True if a document may be handed in now. */
  isAsked(view: View): boolean
  /** The event that hands it in; `hash` of its content is SHA-256, and undefined for the one that is there already. */
  eventOf(document: DocumentRef, hash: string | undefined): { type: string }
  documentIn(view: View): DocumentRef | undefined
  messageOf(problem: DocumentProblem): Text | undefined
  /** The event that begins a session for it to belong to. Without it, a form before any session is refused. */
  beginning?: { type: string }
}
