'use client'
// The note that typed values are saved. A screen reader reads it out only when saving begins to work or to fail.

import type { FlowHandle } from 'dogear/react'

type Draft = FlowHandle['draft']

export function SavedIndicator({ draft }: { draft: Draft }) {
  return (
    <p className="saved" data-state={draft.state}>
      <span aria-hidden="true">{shown(draft)}</span>
      <span className="visually-hidden" role="status">
        {spoken(draft)}
      </span>
    </p>
  )
}

/** The reason why some values cannot be saved, however often it is tried. */
const refusal = ({ problem }: Draft): string | undefined => problem?.issues?.[0]?.message

function shown(draft: Draft): string {
  const { state, at } = draft
  if (state === 'saving') return 'Saving…'
  if (state === 'failed') return refusal(draft) ? `Not all saved. ${refusal(draft)}` : 'Not saved – trying again'
  return at === null ? '' : `Saved ${clock.format(at)}`
}

function spoken(draft: Draft): string {
  if (draft.state === 'failed')
    return refusal(draft)
      ? `Not all of it is saved. ${refusal(draft)}`
      : 'What you typed is not saved yet. We keep trying.'
  return draft.at === null ? '' : 'What you type is saved.'
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
