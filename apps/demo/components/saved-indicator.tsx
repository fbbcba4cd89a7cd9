'use client'
// The note that is always in view: what is saved and how long it is kept, or what the page is busy with.

import type { View } from 'dogear'
import { type Busy, type FlowHandle, useBusy, useOnline } from 'dogear/react'
import type { MouseEvent, ReactNode } from 'react'
import { type Labels, labelOf } from '../lib/labels.ts'
import type { Words } from '../words/words.ts'
import { LocalTime } from './local-time.tsx'
import { byItselfId } from './notice.tsx'
import type { DemoStep } from './use-demo-step.ts'
import { useWords } from './words.tsx'

type Draft = FlowHandle['draft']

const dayMs = 86_400_000

/** A screen reader reads it out when it says something new, but not each time a value is saved. */
export function SavedIndicator<V extends View>({ step, labels }: { step: DemoStep<V>; labels: Labels }) {
  const words = useWords()
  const { t } = words
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
        {busyText(busy, words) ?? shown(draft, { online, kept, labels, words })}
      </p>
      <p className="visually-hidden" role="status">
        {busyText(busy, words) ?? spoken(draft, { online, kept, labels, words })}
      </p>
      {/* Shown by the style sheet while there is such a notice, out of view. */}
      <a href={`#${byItselfId}`} className="look-below" onClick={lookBelow}>
        {t('Changed elsewhere. Look below.')}
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
export function busyLabel({ phase, slow }: Busy, { t }: Words): string | undefined {
  if (phase === 'saving') return slow ? t('Still saving…') : t('Saving…')
  if (phase === 'opening') return slow ? t('Still opening…') : t('Opening the next page…')
  return undefined
}

function busyText({ phase, slow }: Busy, { t }: Words): string | undefined {
  if (phase === 'saving') return slow ? t('Still saving. Keep this page open.') : t('Saving…')
  if (phase === 'opening') return slow ? t('Saved. The next page is slow to open.') : t('Opening the next page…')
  return undefined
}

type Around = { online: boolean; kept: ReactNode; labels: Labels; words: Words }

function shown(draft: Draft, around: Around): ReactNode {
  const { online, kept } = around
  const { t, rich } = around.words
  const { state, savedAt, broughtBackAt } = draft
  if (state === 'failed' || !online) return unsavedText(draft, around)
  if (broughtBackAt !== null)
    return rich('We brought back what you typed at {time} on {day}', {
      time: <LocalTime at={broughtBackAt} />,
      day: <LocalTime at={broughtBackAt} as="day" />,
    })
  if (state === 'saving' || state === 'unsaved') return t('Saving…')
  if (state === 'saved' && savedAt !== null)
    return (
      <>
        {rich('Saved {time}', { time: <LocalTime at={savedAt} /> })}
        {kept && <> · {rich('kept until {when}', { when: kept })}</>}
      </>
    )
  return kept ? rich('Kept until {when}', { when: kept }) : t('Nothing is saved yet')
}

function spoken(draft: Draft, around: Around): string {
  const { online } = around
  const { t } = around.words
  const { state, savedAt, broughtBackAt } = draft
  if (state === 'failed' || !online) return unsavedText(draft, around)
  if (broughtBackAt !== null) return t('We brought back what you typed before.')
  return savedAt === null ? '' : t('What you type is saved.')
}

/** The words for values that are not saved: why, and what to do about it. */
function unsavedText(draft: Draft, { online, labels, words }: Around): string {
  const { t, any } = words
  const [[name, refusal] = []] = Object.entries(draft.refused)
  const label = name && labelOf(labels, name)
  if (refusal) {
    const message = refusal.issues?.[0]?.message
    const reason = message === undefined ? refusalText(refusal, words) : any(message)
    return t('Not saved: {reason}', { reason: label ? `${label}. ${reason}` : reason })
  }
  const why = online ? '' : `${t('You are offline.')} `
  if (draft.state === 'idle' || draft.state === 'saved')
    return `${why}${t('What you type is saved once you are back.')}`
  const where = draft.buffered ? t('What you typed is kept in this browser.') : t('Keep this page open.')
  return `${why}${t('Not saved yet, we keep trying.')} ${where}`
}

/** The words for a value that the session does not take as it is. */
export const refusalText = ({ status }: { status: number }, { t }: Words): string =>
  status === 413 ? t('This is too long to keep. Shorten it.') : t('We cannot keep this as it is.')
