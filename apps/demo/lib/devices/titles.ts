// Titles of the pages about a session as a whole.

import 'server-only'
import type { Flow } from 'dogear'
import type { Metadata } from 'next'
import type { FlowPages } from '../flow-pages.ts'
import { goneTitle } from '../gone.ts'
import { readView } from '../read-view.ts'

/** `title`, or what the page shows instead of it where the session is gone. */
export async function sessionTitle(
  title: string,
  { pages, flow }: { pages: FlowPages; flow: Flow },
): Promise<Metadata> {
  const gone = (await readView(flow))?.gone
  return { title: `${gone ? goneTitle(gone, pages) : title} – ${pages.title}` }
}
