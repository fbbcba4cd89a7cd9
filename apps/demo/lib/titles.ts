// Titles of the pages about a session as a whole. Each is the heading of its page, too.

import 'server-only'
import type { Flow, View } from 'dogear'
import type { Metadata } from 'next'
import type { Text, Words } from '../words/words.ts'
import type { FlowPages } from './flow-pages.ts'
import { goneTitle } from './gone.ts'
import { readView } from './read-view.ts'
import { wordsHere } from './words-here.ts'

type Title = Text | ((view: View, t: Words['t']) => string)

/** `title`, or what the page shows instead of it where the session is gone. */
export async function sessionTitle(title: Title, { pages, flow }: { pages: FlowPages; flow: Flow }): Promise<Metadata> {
  const view = await readView(flow, pages)
  if (!view) return {}
  const { t } = await wordsHere()
  const own = typeof title === 'string' ? t(title) : title(view, t)
  return { title: `${view.gone ? goneTitle(t, view.gone, pages) : own} – ${t(pages.title)}` }
}

export function startOverTitle(t: Words['t'], { noun }: FlowPages, { status }: View): string {
  return status === 'done' ? t(`Start a new ${noun}?`) : t('Start over?')
}
