// Generated stories of the shop's flows: everything that may happen to a person who buys, applies or asks.

import { join } from 'node:path'
import { storyOf } from 'dogear/testing'
import { expect, it } from 'vitest'
import { application } from './application/flow.ts'
import { assistant } from './assistant/flow.ts'
import { checkout } from './checkout/flow.ts'
import { examples } from './examples.ts'

const locks = join(import.meta.dirname, '../dogear.lock')

it('every story of the checkout ends well, and every step is reached', async () => {
  const told = await storyOf(checkout, { examples: examples.checkout, locks, stories: 40 })
  expect(told.unreached).toEqual([])
})

it('every story of the application ends well, and every step is reached', async () => {
  const told = await storyOf(application, { examples: examples.application, locks, stories: 40 })
  expect(told.unreached).toEqual([])
})

it('every story of the assistant ends well, and every step is reached', async () => {
  const told = await storyOf(assistant, { examples: examples.assistant, locks, stories: 40 })
  expect(told.unreached).toEqual([])
})
