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
import { useWords } from './words.tsx'

const dayMs = 86_400_000

export function SessionExpiry<V extends View>({ step }: { step: DemoStep<V> }) {
  const words = useWords()
  const { t, rich } = words
  const { view, now, warnMs, pages, flow } = step
  const { leftMs, warn, over } = useExpiry(step, { warnMs })

  const { expiresAt } = view
  if (expiresAt === null) return <p className="hint">{t('Nothing is saved yet.')}</p>
  const soon = expiresAt - now < dayMs
  return (
    <>
      {/* The note that is always in view says the same to the eye. */}
      <p className="visually-hidden">
        {rich('Your answers are kept until {when}.', {
          when: <LocalTime at={expiresAt} as={soon ? 'moment' : 'date'} />,
        })}
      </p>
      {soon && (
        <noscript>
          <ActionForm action={extendSession} fields={{ flow: pages.flow }} look="button quiet">
            {t('Keep them longer')}
          </ActionForm>
        </noscript>
      )}
      <TimeoutDialog
        dueAt={expiresAt}
        warn={warn && !over}
        title={t('Are you still there?')}
        extendLabel={t('Keep my answers')}
        onExtend={flow.extend}
      >
        <p>
          {t('Nothing was entered here for a while.')}{' '}
          {rich('To protect you, your answers are deleted in {time} unless you go on.', {
            time: <strong>{lengthOf(leftMs ?? 0, words)}</strong>,
          })}
        </p>
        <p>{t('You can ask for more time as often as you like.')}</p>
      </TimeoutDialog>
    </>
  )
}
