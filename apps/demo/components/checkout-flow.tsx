'use client'
// One client for all pages of the checkout, so that every page knows what the others have learned.

import { useFlow } from 'dogear/react'
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import type { checkout } from '../flows/checkout.ts'
import { type CheckoutView, isNewer } from '../lib/view.ts'

function useCheckoutFlow(view: CheckoutView) {
  return useFlow<typeof checkout>({ url: '/api/flows/checkout', view })
}

const FlowContext = createContext<ReturnType<typeof useCheckoutFlow> | null>(null)

export function CheckoutFlow({ view, children }: { view: CheckoutView; children: ReactNode }) {
  return <FlowContext value={useCheckoutFlow(view)}>{children}</FlowContext>
}

/** The flow, at the newest of what the client knows and what the server rendered. */
export function useCheckout(served: CheckoutView) {
  const flow = useContext(FlowContext)
  if (!flow) throw new Error('useCheckout needs a <CheckoutFlow> around it')
  const { client } = flow
  useEffect(() => client.accept(served), [client, served])
  return { flow, view: isNewer(served, flow.view) ? served : flow.view }
}
