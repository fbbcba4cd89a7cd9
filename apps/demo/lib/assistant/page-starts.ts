// The passages that pages begin with, by which a browser says the page of any passage.

import 'server-only'
import type { AssistantView } from '../../flows/assistant/flow.ts'
import { readPassages } from './index.ts'

/** The number of the first passage of each page, from page 1 on; empty for a text without pages, or none. */
export async function pageStarts({ context, tag }: AssistantView): Promise<number[]> {
  const { document, extract } = context
  if (!document || !extract || extract.pages === 1 || tag === null) return []
  const passages = (await readPassages(document, tag))?.passages ?? []
  return Array.from({ length: extract.pages }, (_, index) => passages.find(({ page }) => page > index)?.n ?? 0)
}
