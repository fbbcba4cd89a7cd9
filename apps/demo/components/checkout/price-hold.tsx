'use client'
// How long the prices are held: in text, in a dialog before it is over, and extended as often as a person asks.

import { FlowForm, useExpiry } from 'dogear/react'
import { lengthOf } from '../../lib/words.ts'
import { TimeoutDialog } from '../timeout-dialog.tsx'
import { useWords } from '../words.tsx'
import type { CheckoutStep } from './use-checkout.ts'

export function PriceHold({ step, warnMs }: { step: CheckoutStep; warnMs: number }) {
  const words = useWords()
  const { t, rich } = words
  const { view, flow } = step
  const { leftMs, warn, over } = useExpiry(step, { timer: 'priceHold', warnMs, every: true })
  const dueAt = view.timers.find(({ id }) => id === 'priceHold')?.dueAt
  if (dueAt === undefined || leftMs === null) return null
  const left = lengthOf(leftMs, words)
  return (
    <div className="hold">
      <p>{over ? t('Checking whether prices are still held') : t('Prices held for {time}', { time: left })}</p>
      <noscript>
        <FlowForm flow={flow} type="hold.extended" autosave={false}>
          <button type="submit" className="button quiet">
            {t('Hold them longer')}
          </button>
        </FlowForm>
      </noscript>
      <TimeoutDialog
        dueAt={dueAt}
        warn={warn && !over}
        title={t('Your prices are about to change')}
        extendLabel={t('Hold them longer')}
        onExtend={() => flow.send({ type: 'hold.extended' })}
      >
        <p>
          {rich('We hold them for {time} more.', { time: <strong>{left}</strong> })}{' '}
          {t('Your answers stay saved, and nothing is ordered or charged when the time is over.')}
        </p>
        <p>{t('You can ask for more time as often as you like.')}</p>
      </TimeoutDialog>
    </div>
  )
}
