// Version 1 of the checkout as it was deployed, for its lock file: `dogear lock` in this folder.

import { createEngine, defineConfig, memoryStore } from 'dogear'
import { checkout } from './flow.ts'

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
      folder: '../../dogear.lock',
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
