'use client'
// The note that is always in view: what is saved and how long it is kept, or what the page is busy with.

import type { View } from 'dogear'
import { type Busy, type FlowHandle, useBusy, useOnline } from 'dogear/react'
import type { MouseEvent, ReactNode } from 'react'
import { type Labels, labelOf } from '../lib/labels.ts'
import { LocalTime } from './local-time.tsx'
import { byItselfId } from './notice.tsx'
import type { DemoStep } from './use-demo-step.ts'

type Draft = FlowHandle['draft']

const dayMs = 86_400_000

/** A screen reader reads it out when it says something new, but not each time a value is saved. */
export function SavedIndicator<V extends View>({ step, labels }: { step: DemoStep<V>; labels: Labels }) {
  const { flow, view, now, leaving } = step
  const { draft } = flow
  const online = useOnline()
  const busy = useBusy(flow, leaving)
  const { expiresAt } = view
  const kept = view.saved && expiresAt !== null && (
    <LocalTime at={expiresAt} as={expiresAt - now < dayMs ? 'moment' : 'day'} />
  )
  return (
    <div className="saved" data-state={busy.phase ?? (online || draft.state === 'failed' ? draft.state : 'offline')}>
      {/* Made anew for other words, so that no word is seen to move. */}
      <p key={`${draft.state} ${draft.broughtBackAt}`} aria-hidden="true">
        {busyText(busy) ?? shown(draft, { online, kept, labels })}
      </p>
      <p className="visually-hidden" role="status">
        {busyText(busy) ?? spoken(draft, online, labels)}
      </p>
      {/* Shown by the style sheet while there is such a notice, out of view. */}
      <a href={`#${byItselfId}`} className="look-below" onClick={lookBelow}>
        Changed elsewhere. Look below.
      </a>
    </div>
  )
}

function lookBelow(event: MouseEvent) {
  const notice = document.getElementById(byItselfId)
  if (!notice) return
  event.preventDefault()
  notice.scrollIntoView({ block: 'start' })
  notice.focus({ preventScroll: true })
}

/** The same for a button. */
export function busyLabel({ phase, slow }: Busy): string | undefined {
  if (phase === 'saving') return slow ? 'Still saving…' : 'Saving…'
  if (phase === 'opening') return slow ? 'Still opening…' : 'Opening the next page…'
  return undefined
}

function busyText({ phase, slow }: Busy): string | undefined {
  if (phase === 'saving') return slow ? 'Still saving. Keep this page open.' : 'Saving…'
  if (phase === 'opening') return slow ? 'Saved. The next page is slow to open.' : 'Opening the next page…'
  return undefined
}

type Around = { online: boolean; kept: ReactNode; labels: Labels }

function shown(draft: Draft, { online, kept, labels }: Around): ReactNode {
  const { state, savedAt, broughtBackAt } = draft
  if (state === 'failed' || !online) return unsavedText(draft, online, labels)
  if (broughtBackAt !== null)
    return (
      <>
        We brought back what you typed at <LocalTime at={broughtBackAt} /> on <LocalTime at={broughtBackAt} as="day" />
      </>
    )
  if (state === 'saving' || state === 'unsaved') return 'Saving…'
  if (state === 'saved' && savedAt !== null)
    return (
      <>
        Saved <LocalTime at={savedAt} />
        {kept && <> · kept until {kept}</>}
      </>
    )
  return kept ? <>Kept until {kept}</> : 'Nothing is saved yet'
}

function spoken(draft: Draft, online: boolean, labels: Labels): string {
  const { state, savedAt, broughtBackAt } = draft
  if (state === 'failed' || !online) return unsavedText(draft, online, labels)
  if (broughtBackAt !== null) return 'We brought back what you typed before.'
  return savedAt === null ? '' : 'What you type is saved.'
}

/** The words for values that are not saved: why, and what to do about it. */
function unsavedText(draft: Draft, online: boolean, labels: Labels): string {
  const [[name, refusal] = []] = Object.entries(draft.refused)
  const label = name && labelOf(labels, name)
  if (refusal) return `Not saved: ${label ? `${label}. ` : ''}${refusal.issues?.[0]?.message ?? refusalText(refusal)}`
  const why = online ? '' : 'You are offline. '
  if (draft.state === 'idle' || draft.state === 'saved') return `${why}What you type is saved once you are back.`
  const where = draft.buffered ? 'What you typed is kept in this browser.' : 'Keep this page open.'
  return `${why}Not saved yet, we keep trying. ${where}`
}

/** The words for a value that the session does not take as it is. */
export const refusalText = ({ status }: { status: number }): string =>
  status === 413 ? 'This is too long to keep. Shorten it.' : 'We cannot keep this as it is.'
