'use client'
// How long the answers are kept: said in text, and in a dialog before they are deleted.

import type { View } from 'dogear'
import { useExpiry } from 'dogear/react'
import { extendSession } from '../lib/devices/actions.ts'
import { lengthOf } from '../lib/words.ts'
import { ActionForm } from './action-form.tsx'
import { LocalTime } from './local-time.tsx'
import { TimeoutDialog } from './timeout-dialog.tsx'
import type { DemoStep } from './use-demo-step.ts'

const dayMs = 86_400_000

export function SessionExpiry<V extends View>({ step }: { step: DemoStep<V> }) {
  const { view, now, warnMs, pages, flow } = step
  const { leftMs, warn, over } = useExpiry(step, { warnMs })

  const { expiresAt } = view
  if (expiresAt === null) return <p className="hint">Nothing is saved yet.</p>
  const soon = expiresAt - now < dayMs
  return (
    <>
      {/* The note that is always in view says the same to the eye. */}
      <p className="visually-hidden">
        Your answers are kept until <LocalTime at={expiresAt} as={soon ? 'moment' : 'date'} />.
      </p>
      {soon && (
        <noscript>
          <ActionForm action={extendSession} fields={{ flow: pages.flow }} look="button quiet">
            Keep them longer
          </ActionForm>
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
