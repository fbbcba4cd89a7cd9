// One page per step, rendered from what the server knows: no flash, no spinner.

import { stepFor } from 'dogear/next'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { ConfirmedStep } from '../../../components/confirmed-step.tsx'
import { DeclinedStep } from '../../../components/declined-step.tsx'
import { ExpiredStep } from '../../../components/expired-step.tsx'
import { PayingStep } from '../../../components/paying-step.tsx'
import { PaymentStep } from '../../../components/payment-step.tsx'
import { ReviewStep } from '../../../components/review-step.tsx'
import { ShippingStep } from '../../../components/shipping-step.tsx'
import { Unavailable } from '../../../components/unavailable.tsx'
import { paymentsOrigin } from '../../../lib/payments-origin.ts'
import { readCheckout } from '../../../lib/read-checkout.ts'
import { checkout, http } from '../../../lib/server.ts'
import { isAsked, stepUrl } from '../../../lib/view.ts'

type StepRoute = {
  params: Promise<{ step: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params, searchParams }: StepRoute): Promise<Metadata> {
  const { step: path } = await params
  const { cardError } = await searchParams
  const step = checkout.steps.find((candidate) => candidate.path === path)
  if (!step) return { title: 'Page not found – Checkout' }
  const view = await readCheckout()
  if (!view) return {}
  const wrong = cardError !== undefined || (view.drafts[step.id]?.issues.length ?? 0) > 0
  return { title: `${wrong ? 'Error: ' : ''}${step.title} – Checkout` }
}

export default async function StepPage({ params, searchParams }: StepRoute) {
  const { step: path } = await params
  if (!checkout.steps.some((step) => step.path === path)) notFound()

  const query = await searchParams
  const one = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined)
  const view = await readCheckout()
  if (!view) return <Unavailable />
  const found = stepFor(view, path)
  if ('redirectTo' in found) {
    const finished = view.status === 'done' && isAsked(path)
    redirect(`${stepUrl(found.redirectTo)}${finished ? '?problem=finished' : ''}`)
  }

  const props = { view, now: http.engine.now(), problem: one('problem') }
  switch (found.step.id) {
    case 'shipping':
      return <ShippingStep {...props} />
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
