// The checkout's pages: where they are, and its own words for what can go wrong.

import type { FlowPages } from '../../lib/flow-pages.ts'
import { questionSteps } from './questions.ts'

export const checkoutPages: FlowPages = {
  flow: 'checkout',
  url: '/api/flows/checkout',
  base: '/checkout',
  questions: questionSteps,
  title: 'Checkout',
  noun: 'order',
  handoffLabel: 'Continue on another device',
  messages: {
    session_gone: {
      title: 'This checkout was started over',
      text: 'It was closed here or in another tab. You can begin again; nothing was ordered.',
      tone: 'calm',
    },
    finished: {
      title: 'You have already placed this order',
      text: 'Its pages are closed, so that nothing is ordered or paid twice.',
      tone: 'calm',
    },
    provider: {
      title: 'We could not reach the payment provider',
      text: 'Your card was not charged. Try again in a moment. What you typed is still on this page.',
      tone: 'wrong',
    },
  },
}
