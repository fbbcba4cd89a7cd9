// Titles of the pages about a session as a whole. Each is the heading of its page, too.

import 'server-only'
import type { Flow, View } from 'dogear'
import type { Metadata } from 'next'
import type { FlowPages } from './flow-pages.ts'
import { goneTitle } from './gone.ts'
import { readView } from './read-view.ts'

type Title = string | ((view: View) => string)

/** `title`, or what the page shows instead of it where the session is gone. */
export async function sessionTitle(title: Title, { pages, flow }: { pages: FlowPages; flow: Flow }): Promise<Metadata> {
  const view = await readView(flow)
  if (!view) return {}
  const own = typeof title === 'string' ? title : title(view)
  return { title: `${view.gone ? goneTitle(view.gone, pages) : own} – ${pages.title}` }
}

export function startOverTitle({ noun }: FlowPages, { status }: View): string {
  return status === 'done' ? `Start a new ${noun}?` : 'Start over?'
}
