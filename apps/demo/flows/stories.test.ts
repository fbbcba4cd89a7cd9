// Generated stories of the shop's flows: everything that may happen to a person who buys or applies.

import { join } from 'node:path'
import { storyOf } from 'dogear/testing'
import { it } from 'vitest'
import { application } from './application/flow.ts'
import { checkout } from './checkout/flow.ts'
import { examples } from './examples.ts'

const locks = join(import.meta.dirname, '../dogear.lock')

it('every story of the checkout ends well', async () => {
  await storyOf(checkout, { examples: examples.checkout, locks, stories: 40 })
})

it('every story of the application ends well', async () => {
  await storyOf(application, { examples: examples.application, locks, stories: 40 })
})
