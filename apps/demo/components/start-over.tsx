'use client'
// Starting over: a link to the page that asks first, and the button that does it.

import type { FlowPages } from '../lib/flow-pages.ts'
import type { Text } from '../words/words.ts'
import { ActionForm } from './action-form.tsx'
import { Link } from './link.tsx'
import { useWords } from './words.tsx'

/** Small print below the things a person came for, never beside the button that goes on. */
export function StartOverLink({ pages, label = 'Start over' }: { pages: FlowPages; label?: Text }) {
  const { t } = useWords()
  return (
    <p className="hint">
      <Link href={`${pages.base}/start-over`}>{t(label)}</Link>
    </p>
  )
}

type StartOverProps = {
  label: Text
  pages: Pick<FlowPages, 'flow' | 'start'>
  /** The path that comes next; default: where a person begins. */
  then?: string
  look?: 'button' | 'button quiet'
}

/** Ends the session. It leaves the page, so that every part of the page forgets the session. */
export function StartOver({ label, pages, then = pages.start, look = 'button quiet' }: StartOverProps) {
  const { t } = useWords()
  return (
    <ActionForm action="/start-over" fields={{ flow: pages.flow, then }} look={look}>
      {t(label)}
    </ActionForm>
  )
}
