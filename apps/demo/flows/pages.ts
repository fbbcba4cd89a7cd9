// The pages of every flow of the shop, by the name of the flow in the routes.

import type { FlowPages } from '../lib/flow-pages.ts'
import { applicationPages } from './application/pages.ts'
import { assistantPages } from './assistant/pages.ts'
import { checkoutPages, orderPages } from './checkout/pages.ts'

/** The pages of `checkout`, `checkout@k7q2m`; undefined if there are none, as the name may come from a form. */
export function pagesOf(name: unknown): FlowPages | undefined {
  for (const pages of [applicationPages, assistantPages]) if (name === pages.flow) return pages
  if (typeof name !== 'string') return undefined
  const [flow, ...keys] = name.split('@')
  return flow === checkoutPages.flow ? orderPages(keys.length > 0 ? keys.join('@') : undefined) : undefined
}

/** The pages whose addresses `pathname` is one of; those of the checkout for one that belongs to no flow. */
export function pagesAt(pathname: string): FlowPages {
  const [, first = '', second] = pathname.split('/')
  const found = first === 'orders' ? orderPages(second) : pagesOf(first)
  return found ?? checkoutPages
}

/** The name of a session in the routes. */
export const nameOf = ({ flow, key }: { flow: string; key?: string | undefined }): string =>
  key === undefined ? flow : `${flow}@${key}`
