'use client'
// The part of the home page about the order: none yet, one to go on with, or one that is gone.

import type { CheckoutView } from '../flows/checkout/flow.ts'
import { checkoutPages } from '../flows/checkout/pages.ts'
import { type Gone as GoneReason, goneTitle } from '../lib/gone.ts'
import { currentStep, currentUrl } from '../lib/view.ts'
import { Code } from './bidi.tsx'
import { ButtonLink } from './link.tsx'
import { StartOver, StartOverLink } from './start-over.tsx'
import { useWords } from './words.tsx'

export function Begin() {
  const { t } = useWords()
  return (
    <>
      <h2 id="welcome-title">{t('Two books are waiting')}</h2>
      <p>
        {t('Address, delivery, payment, a check: it takes about a minute. Nothing is saved before your first answer.')}
      </p>
      <div className="actions">
        <ButtonLink href="/checkout">{t('Start checkout')}</ButtonLink>
      </div>
    </>
  )
}

export function Gone({ gone }: { gone: GoneReason }) {
  const { t } = useWords()
  return (
    <>
      <h2 id="welcome-title">{goneTitle(t, gone, checkoutPages)}</h2>
      <p>
        {gone.why === 'signed_out'
          ? t('Your order belongs to an account, and is saved there.')
          : t('Your order is not in this browser any more. See why, or start a new one.')}
      </p>
      <div className="actions">
        <ButtonLink href="/checkout">{t('See what happened')}</ButtonLink>
        <StartOver pages={checkoutPages} label="Start a new order" />
      </div>
    </>
  )
}

export function WelcomeBack({ view }: { view: CheckoutView }) {
  const { t, rich } = useWords()
  const done = view.status === 'done'
  const { title = '' } = currentStep(view) ?? {}
  return (
    <>
      <h2 id="welcome-title">
        {done
          ? rich('Your order {reference} is placed', { reference: <Code>{view.context.reference}</Code> })
          : rich('Welcome back – you stopped at {step}', { step: <em>{title}</em> })}
      </h2>
      <p>
        {done
          ? t('Its confirmation stays in this browser until you start a new order.')
          : t('All your answers are saved.')}
      </p>
      <div className="actions">
        <ButtonLink href={currentUrl(checkoutPages, view)}>{done ? t('See confirmation') : t('Continue')}</ButtonLink>
      </div>
      <StartOverLink pages={checkoutPages} label={done ? 'Start a new order' : 'Start over'} />
    </>
  )
}
