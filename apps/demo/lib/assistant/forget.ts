// The removal of what lies outside a session: the exchanges that were moved away, or a document with all beside it.

import { fromEffect } from 'dogear'
import type { ForgetInput } from '../../flows/assistant/context.ts'
import { sessionTagOf } from '../uploads/session-tag.ts'
import { isPage } from './moved.ts'
import type { Shelf } from './shelf.ts'

/** Removes what belongs to the effect's session. Harmless to repeat. */
export const forgetIn = (shelf: Pick<Shelf, 'uploads' | 'beside'>) =>
  fromEffect<null, ForgetInput>(async ({ input: { document, keep }, effectId }) => {
    const session = sessionTagOf(effectId)
    if (keep === 'document') await shelf.beside.remove(document, session, isPage)
    else await removeDocument(shelf, document, session)
    return null
  })

/** Removes a document with all that lies beside it, if it is one of `session`. */
export async function removeDocument(
  { uploads, beside }: Pick<Shelf, 'uploads' | 'beside'>,
  document: string,
  session: string,
): Promise<void> {
  await beside.remove(document, session)
  await uploads.remove(document, session)
}
