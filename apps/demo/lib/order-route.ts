// The address of one of several orders, below `/orders`.

import { notFound } from 'next/navigation'
import { orderPages } from '../flows/checkout/pages.ts'
import type { FlowPages } from './flow-pages.ts'
import type { SearchParams } from './query.ts'

export type OrderRoute<Params = object> = { params: Promise<{ order: string } & Params>; searchParams: SearchParams }

/** The pages of the order in an address. One that is no key has no page. */
export async function pagesOfOrder({ params }: Pick<OrderRoute, 'params'>): Promise<FlowPages> {
  return orderPages((await params).order) ?? notFound()
}
