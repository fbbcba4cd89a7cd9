// Generated stories of the shop's flows: everything that may happen to a person who buys, applies or asks.

import { join } from 'node:path'
import type { Flow } from 'dogear'
import { storyOf } from 'dogear/testing'
import { expect, it } from 'vitest'
import { application } from './application/flow.ts'
import { assistant } from './assistant/flow.ts'
import { checkout } from './checkout/flow.ts'
import { examples } from './examples.ts'

const locks = join(import.meta.dirname, '../dogear.lock')

it.each([
  { name: 'checkout', flow: checkout },
  { name: 'application', flow: application },
  { name: 'assistant', flow: assistant },
] as const)(
  'every story of the $name ends well, and every step is reached',
  { timeout: 300_000 },
  async ({ name, flow }) => {
    let unreached = flow.steps.map(({ id }) => id)
    // Stories are random, so a hundred of them may miss a late step; a step that 800 of them miss cannot be reached.
    for (let round = 0; round < 40 && unreached.length > 0; round++) {
      const told = await storyOf(flow as Flow, { examples: examples[name], locks, stories: round === 0 ? 40 : 20 })
      unreached = unreached.filter((id) => told.unreached.includes(id))
    }
    expect(unreached).toEqual([])
  },
)
