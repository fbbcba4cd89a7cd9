// The page of each step of an order, rendered from what the server knows: no flash, no spinner.

import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import type { ComponentType } from 'react'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { goneTitle } from '../../lib/gone.ts'
import { paymentsOrigin } from '../../lib/payments-origin.ts'
import { readQuery } from '../../lib/query.ts'
import { readView } from '../../lib/read-view.ts'
import { checkout, priceHoldMs } from '../../lib/server.ts'
import { openStep, type StepRoute, stepProps } from '../../lib/step-route.ts'
import { stepUrl } from '../../lib/view.ts'
import { warnAheadMs } from '../../lib/warn-ahead.ts'
import { wordsHere } from '../../lib/words-here.ts'
import { SessionGone } from '../session-gone.tsx'
import { UnavailablePage } from '../unavailable-page.tsx'
import { ConfirmedStep } from './confirmed-step.tsx'
import { DeclinedStep } from './declined-step.tsx'
import { DeliveryStep } from './delivery-step.tsx'
import { ExpiredStep } from './expired-step.tsx'
import { PayingStep } from './paying-step.tsx'
import { PaymentStep } from './payment-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { ShippingStep } from './shipping-step.tsx'
import type { CheckoutProps } from './use-checkout.ts'

/** The title of the page at `route`, of the order whose pages are given. */
export async function stepMetadata(pages: FlowPages, { params, searchParams }: StepRoute): Promise<Metadata> {
  const { step: path } = await params
  const { t, any } = await wordsHere()
  const one = await readQuery(searchParams)
  const view = await readView(checkout, pages)
  if (!view) return {}
  const step = checkout.steps.find((candidate) => candidate.path === path)
  if (!step) return { title: `${t('There is no page at this address')} – ${t('Checkout')}` }
  if (view.gone) return { title: `${goneTitle(t, view.gone, pages)} – ${t('Checkout')}` }
  const wrong = one('cardError') !== undefined || (view.drafts[step.id]?.issues.length ?? 0) > 0
  const title = any(step.title)
  return { title: `${wrong ? t('Error: {title}', { title }) : title} – ${t('Checkout')}` }
}

type CheckoutStepProps = StepRoute & { pages: FlowPages }

export async function CheckoutStep({ pages, params, searchParams }: CheckoutStepProps) {
  const { step: path } = await params
  const view = await readView(checkout, pages)
  if (!view) return <UnavailablePage />
  // Only now: a session of a newer version may have a page that this build does not know.
  if (!checkout.steps.some((step) => step.path === path)) notFound()

  const one = await readQuery(searchParams)
  if (view.gone) return <SessionGone pages={pages} gone={view.gone} />

  const step = openStep(pages, view, path).id
  const place = { pages, path, problem: one('problem') }
  const props = { ...(await stepProps(checkout, view, place)), holdWarnMs: warnAheadMs(priceHoldMs), order: pages.key }
  if (step === 'payment') {
    const token = one('cardToken')
    const provider = { tokensUrl: `${paymentsOrigin()}/tokens`, returnTo: await ownUrl(stepUrl(pages, 'payment')) }
    const card = token ? { token, last4: one('last4') } : undefined
    return <PaymentStep {...props} provider={provider} card={card} cardError={one('cardError')} />
  }
  const Step = components[step] ?? ConfirmedStep
  return <Step {...props} />
}

// The steps that need no props of their own.
const components: Readonly<Record<string, ComponentType<CheckoutProps>>> = {
  shipping: ShippingStep,
  delivery: DeliveryStep,
  review: ReviewStep,
  paying: PayingStep,
  declined: DeclinedStep,
  expired: ExpiredStep,
}

/** A path as the browser addressed this server, for another site to lead back to. */
async function ownUrl(path: string): Promise<string> {
  const incoming = await headers()
  const scheme = incoming.get('x-forwarded-proto')?.startsWith('https') ? 'https' : 'http'
  return `${scheme}://${incoming.get('host')}${path}`
}
