// The demo with version 1 of its checkout, for the `dogear` command: run it in the folder made by scripts/demo-earlier.mjs.

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
            // A name of one word is what the migration cannot split.
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
