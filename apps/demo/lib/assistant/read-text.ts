// The text of a plain file, whose pages are those that form feeds part.

import { readFile } from 'node:fs/promises'
import { failure } from './failure.ts'
import { mostCharacters, mostPages, type Reading } from './reading.ts'

/** The texts of the pages. Rejects with `document_too_long` past the limits. A plain text has no title of its own. */
export async function readText(path: string, { signal, onPage }: Reading) {
  const text = await readFile(path, { encoding: 'utf8', signal })
  const texts = text.replace(/^\ufeff/, '').split('\f')
  if (text.length > mostCharacters || texts.length > mostPages)
    throw failure('document_too_long', 'The document is too long to be read.')
  onPage(texts.length, texts.length)
  return { title: '', texts }
}
