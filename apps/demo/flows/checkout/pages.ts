// The pages of the checkout: their addresses, for each order of a browser, with its own words for what can go wrong.

import type { FlowPages } from '../../lib/flow-pages.ts'
import { questionSteps } from './questions.ts'

export const checkoutPages: FlowPages = {
  flow: 'checkout',
  url: '/api/flows/checkout',
  base: '/checkout',
  start: '/',
  questions: questionSteps,
  title: 'Checkout',
  noun: 'order',
  handoffLabel: 'Continue on another device',
  deviceFirst: true,
  messages: {
    session_gone: {
      title: 'This order was started over',
      text: ['That was here or in another tab.', 'Nothing was ordered.', 'This page starts a new order.'],
      tone: 'calm',
    },
    finished: {
      title: 'You have already placed this order',
      text: ['Its other pages are closed, so that nothing is ordered or paid twice.'],
      tone: 'calm',
    },
    provider: {
      title: 'We could not reach the payment provider',
      text: ['Your card was not charged.', 'Try again in a moment.'],
      tone: 'wrong',
    },
  },
}

// As the routes take it, so that whatever stands in an address is an order or no page at all.
const isKey = (key: string) => /^[\w-][\w.~-]{0,63}$/.test(key)

/** The pages of one of several orders; without a key of the checkout itself. Undefined for a text that is no key. */
export function orderPages(key: string | undefined): FlowPages | undefined {
  if (key === undefined) return checkoutPages
  if (!isKey(key)) return undefined
  const flow = `${checkoutPages.flow}@${key}`
  return { ...checkoutPages, flow, key, url: `/api/flows/${flow}`, base: `/orders/${key}` }
}
