// One page per step, rendered from what the server knows: no flash, no spinner.

import { stepFor } from 'dogear/next'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { ConfirmedStep } from '../../../components/checkout/confirmed-step.tsx'
import { DeclinedStep } from '../../../components/checkout/declined-step.tsx'
import { DeliveryStep } from '../../../components/checkout/delivery-step.tsx'
import { ExpiredStep } from '../../../components/checkout/expired-step.tsx'
import { PayingStep } from '../../../components/checkout/paying-step.tsx'
import { PaymentStep } from '../../../components/checkout/payment-step.tsx'
import { ReviewStep } from '../../../components/checkout/review-step.tsx'
import { ShippingStep } from '../../../components/checkout/shipping-step.tsx'
import { SessionGone } from '../../../components/session-gone.tsx'
import { UnavailablePage } from '../../../components/unavailable-page.tsx'
import { checkoutPages } from '../../../flows/checkout/pages.ts'
import { goneTitle } from '../../../lib/gone.ts'
import { paymentsOrigin } from '../../../lib/payments-origin.ts'
import { readView } from '../../../lib/read-view.ts'
import { checkout, priceHoldMs } from '../../../lib/server.ts'
import { stepProps } from '../../../lib/step-props.ts'
import { isQuestion, stepUrl } from '../../../lib/view.ts'
import { warnAheadMs } from '../../../lib/warn-ahead.ts'

type StepRoute = {
  params: Promise<{ step: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params, searchParams }: StepRoute): Promise<Metadata> {
  const { step: path } = await params
  const { cardError } = await searchParams
  const view = await readView(checkout)
  if (!view) return {}
  const step = checkout.steps.find((candidate) => candidate.path === path)
  if (!step) return { title: 'Page not found – Checkout' }
  if (view.gone) return { title: `${goneTitle(view.gone, checkoutPages)} – Checkout` }
  const wrong = cardError !== undefined || (view.drafts[step.id]?.issues.length ?? 0) > 0
  return { title: `${wrong ? 'Error: ' : ''}${step.title} – Checkout` }
}

export default async function StepPage({ params, searchParams }: StepRoute) {
  const { step: path } = await params
  const view = await readView(checkout)
  if (!view) return <UnavailablePage />
  // Only now: to someone whose session is of a newer version, a page this build does not know is one that comes back.
  if (!checkout.steps.some((step) => step.path === path)) notFound()

  const query = await searchParams
  const one = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined)
  if (view.gone) return <SessionGone pages={checkoutPages} gone={view.gone} />
  const found = stepFor(view, path)
  if ('redirectTo' in found) {
    const finished = view.status === 'done' && isQuestion(checkoutPages, path)
    redirect(`${stepUrl(checkoutPages, found.redirectTo)}${finished ? '?problem=finished' : ''}`)
  }

  const props = { ...stepProps(checkout, view, one('problem')), holdWarnMs: warnAheadMs(priceHoldMs) }
  switch (found.step.id) {
    case 'shipping':
      return <ShippingStep {...props} />
    case 'delivery':
      return <DeliveryStep {...props} />
    case 'payment': {
      const token = one('cardToken')
      const provider = { tokensUrl: `${paymentsOrigin()}/tokens`, returnTo: await ownUrl('/checkout/payment') }
      const card = token ? { token, last4: one('last4') } : undefined
      return <PaymentStep {...props} provider={provider} card={card} cardError={one('cardError')} />
    }
    case 'review':
      return <ReviewStep {...props} />
    case 'paying':
      return <PayingStep {...props} />
    case 'declined':
      return <DeclinedStep {...props} />
    case 'expired':
      return <ExpiredStep {...props} />
    default:
      return <ConfirmedStep {...props} />
  }
}

/** A path as the browser addressed this server, for another site to lead back to. */
async function ownUrl(path: string): Promise<string> {
  const incoming = await headers()
  const scheme = incoming.get('x-forwarded-proto')?.startsWith('https') ? 'https' : 'http'
  return `${scheme}://${incoming.get('host')}${path}`
}
