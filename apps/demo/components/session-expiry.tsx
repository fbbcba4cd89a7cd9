'use client'
// How long the answers are kept: said in text, and in a dialog before they are deleted.

import type { View } from 'dogear'
import { useExpiry } from 'dogear/react'
import { useEffect } from 'react'
import { extendSession } from '../lib/devices/actions.ts'
import { lengthOf } from '../lib/words.ts'
import { LocalTime } from './local-time.tsx'
import { TimeoutDialog } from './timeout-dialog.tsx'
import type { Step } from './use-step.ts'

const dayMs = 86_400_000

export function SessionExpiry<V extends View>({ step }: { step: Step<V> }) {
  const { view, now, warnMs, pages, flow } = step
  const { leftMs, warn } = useExpiry(view, { now, warnMs })
  const over = leftMs !== null && leftMs <= 0
  const { refresh } = flow
  useEffect(() => {
    if (!over) return
    void refresh()
    // The server decides when it is over; ask again until it agrees.
    const timer = setInterval(refresh, 2000)
    return () => clearInterval(timer)
  }, [over, refresh])

  const { expiresAt } = view
  if (expiresAt === null) return <p className="hint">Nothing is saved yet.</p>
  const soon = expiresAt - now < dayMs
  return (
    <>
      <p className="hint">
        Your answers are kept until <LocalTime at={expiresAt} as={soon ? 'moment' : 'date'} />.
      </p>
      {soon && (
        <noscript>
          <form action={extendSession}>
            <input type="hidden" name="flow" value={pages.flow} />
            <button type="submit" className="button quiet">
              Keep them longer
            </button>
          </form>
        </noscript>
      )}
      <TimeoutDialog
        dueAt={expiresAt}
        warn={warn && !over}
        title="Are you still there?"
        extendLabel="Keep my answers"
        onExtend={flow.extend}
      >
        <p>
          Nothing was entered here for a while. To protect you, your answers are deleted in{' '}
          <strong>{lengthOf(leftMs ?? 0)}</strong> unless you go on.
        </p>
        <p>You can ask for more time as often as you like.</p>
      </TimeoutDialog>
    </>
  )
}
