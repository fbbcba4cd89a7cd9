// The page of a step of the checkout.

import type { Metadata } from 'next'
import { CheckoutStep, stepMetadata } from '../../../components/checkout/checkout-step.tsx'
import { checkoutPages as pages } from '../../../flows/checkout/pages.ts'
import type { StepRoute } from '../../../lib/step-route.ts'

export const generateMetadata = (route: StepRoute): Promise<Metadata> => stepMetadata(pages, route)

export default function Page(route: StepRoute) {
  return <CheckoutStep pages={pages} {...route} />
}
