// Version 1 of the checkout for the `dogear` command, run in the folder that scripts/demo-earlier.mjs makes.

import { createEngine, defineConfig, memoryStore } from 'dogear'
import { checkout } from './flows/checkout/flow.ts'

const address = {
  line1: '12 St James Square',
  city: 'London',
  postcode: 'SW1Y 4JH',
  country: 'GB',
  email: 'ada@example.org',
}

export default defineConfig(() => {
  return {
    engine: createEngine({ store: memoryStore(), flows: [checkout] }),
    lock: {
      examples: {
        checkout: {
          events: {
            // The migration cannot split a name of one word.
            'shipping.submitted': [
              { ...address, name: 'Ada Lovelace' },
              { ...address, name: 'cher' },
            ],
            'payment.submitted': [
              { method: 'card', cardToken: 'tok_example', last4: '4242' },
              { method: 'invoice', company: 'Analytical Engines Ltd' },
            ],
          },
          effects: { chargeCard: [{ chargeId: 'ch_example' }] },
        },
      },
    },
  }
})
