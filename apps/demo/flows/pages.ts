// The pages of every flow of the shop, by the flow's id.

import type { FlowPages } from '../lib/flow-pages.ts'
import { applicationPages } from './application/pages.ts'
import { assistantPages } from './assistant/pages.ts'
import { checkoutPages } from './checkout/pages.ts'

const all: readonly FlowPages[] = [checkoutPages, applicationPages, assistantPages]

/** The pages of the flow called `id`, or undefined if there is none: it may come from a form. */
export function pagesOf(id: unknown): FlowPages | undefined {
  return all.find(({ flow }) => flow === id)
}
