// The effect that reads a document, once: its passages are kept beside it.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fromEffect } from 'dogear'
import type { Extracted, ExtractInput } from '../../flows/assistant/context.ts'
import type { AssistantDocument } from '../../flows/assistant/events.ts'
import { titleBytes } from '../../flows/assistant/limits.ts'
import { sessionTagOf } from '../uploads/session-tag.ts'
import { charactersWithin } from './cut.ts'
import { failure } from './failure.ts'
import { removeDocument } from './forget.ts'
import { type Passages, passagesPart, toPassages } from './passages.ts'
import { readPdf } from './read-pdf.ts'
import { readText } from './read-text.ts'
import type { Reading } from './reading.ts'
import type { Shelf } from './shelf.ts'
import { withoutCards } from './without-cards.ts'

/** The progress of reading: `percent` from 0 to 100, of `pages` pages. */
export type ExtractProgress = { percent: number; page: number; pages: number }

type Kept = Passages & { hash: string }
type Source = { document: AssistantDocument; session: string; reading: Reading }

/**
 * Reads a document to its end, unless its passages are there from an earlier attempt. Rejects with a code of `Trouble`,
 * for good, if nobody can read it, or if what is kept is not what the session refers to.
 */
export const extractWith = (shelf: Shelf) =>
  fromEffect<Extracted, ExtractInput>(async ({ input: { document, dropped }, effectId, progress, signal }) => {
    const session = sessionTagOf(effectId)
    if (dropped !== null && dropped !== document.id) await removeDocument(shelf, dropped, session)
    const onPage = (page: number, pages: number) =>
      progress({ percent: Math.round((100 * page) / pages), page, pages } satisfies ExtractProgress)
    const { title, pages, passages, hash } = await passagesOf(shelf, {
      ...{ document, session },
      reading: { signal, onPage },
    })
    return { title, pages, passages: passages.length, hash }
  })

/** The passages of a document: those that are kept, or else those that are read now. */
export async function passagesOf(shelf: Shelf, { document, session, reading }: Source): Promise<Kept> {
  const { uploads, beside, note } = shelf
  const place = { document: document.id, part: passagesPart }
  const kept = (await beside.read(place, session)) as Kept | undefined
  if (kept && (document.hash === null || kept.hash === document.hash)) return kept

  const found = await uploads.find(document.id, session)
  const same = found && (['name', 'size', 'type'] as const).every((key) => found[key] === document[key])
  const path = same ? uploads.pathOf(document.id) : ''
  const hash = same ? await hashOf(path, reading.signal) : undefined
  if (hash === undefined || (document.hash !== null && document.hash !== hash))
    throw failure('document_lost', 'The document is not there any more.')

  const read = await (document.type === 'application/pdf' ? readPdf : readText)(path, reading)
  const passages = await toPassages(read.texts)
  if (!passages.some(({ text }) => /[\p{L}\p{N}]/u.test(text)))
    throw failure('document_without_text', 'The document has no text.')
  reading.signal.throwIfAborted()
  const content: Kept = { title: titleOf(read.title, document.name), pages: read.texts.length, passages, hash }
  await beside.write(place, session, content)
  note('document.extracted', { document: document.id, pages: content.pages, passages: passages.length })
  return content
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash, { signal })
  return hash.digest('hex')
}

/** The document's own title if it has one, in one line, else the name of its file. */
function titleOf(title: string, name: string): string {
  const plain = title.replace(/[\s\p{C}]+/gu, ' ').trim()
  return withoutCards(charactersWithin(charactersWithin(plain, titleBytes) || name, titleBytes), titleBytes)
}
