// The parts of a conversation outside its session, for pages: the passages of the document, the exchanges moved away.

import { beside } from './folder.ts'
import { type Moved, readMovedIn } from './moved.ts'
import { type Passages, readPassagesIn } from './passages.ts'

export type { Moved } from './moved.ts'
export type { Passage, Passages } from './passages.ts'

/**
 * The passages of a document as it was read. Undefined if it was not read yet, is gone, or is none of the session with
 * the tag `session`, which is that of its view.
 */
export const readPassages = (document: { id: string }, session: string): Promise<Passages | undefined> =>
  readPassagesIn(beside, document, session)

/**
 * The exchanges before those in the session, newest first, at least `limit` of them if there are as many: `page` is
 * `moved.page` of the context, or `next` of an earlier answer. Another session's have none.
 */
export const readMoved = (page: string, session: string, { limit }: { limit: number }): Promise<Moved> =>
  readMovedIn(beside, { page, session, limit })
