// The places where the effects of a conversation keep things outside its session.

import type { Uploads } from '../uploads/uploads.ts'
import type { Beside } from './beside.ts'

export type Shelf = {
  uploads: Uploads
  /** The files beside the documents of `uploads`. */
  beside: Beside
  /** Logs what was done, by ids and figures. */
  note(event: string, fields: Readonly<Record<string, string | number>>): void
}
