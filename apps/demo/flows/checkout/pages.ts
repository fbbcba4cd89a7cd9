// The checkout's pages: where they are, and its own words for what can go wrong.

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
