// The visitor's checkout while a page renders, or undefined in an outage, so that a page can say so without JavaScript.

import 'server-only'
import { isDogearError } from 'dogear'
import { readFlow } from 'dogear/next'
import { checkout, http } from './server.ts'
import type { CheckoutView } from './view.ts'

export async function readCheckout(): Promise<CheckoutView | undefined> {
  try {
    return await readFlow(http, checkout)
  } catch (error) {
    if (isDogearError(error) && (error.code === 'store_unavailable' || error.code === 'newer_version')) return undefined
    throw error
  }
}
