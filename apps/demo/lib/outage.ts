// The mark in an address whose page could not be made. A page has no status to set: `proxy.ts` sets it for the address.

import { resolvePath } from './local-path.ts'

/** The title of the page in place of one that could not be made. */
export const unavailableTitle = 'This page is not available just now' as const

/** The header that tells a page its own path and query. */
export const addressHeader = 'x-address'

const mark = 'unavailable'
const origin = 'http://here.invalid'

/** `address` with the mark, and the reference of the failure in it. */
export function unavailableAt(address: string, reference: string | undefined): string {
  return edited(address, (query) => query.set(mark, reference ?? ''))
}

/** The address without the mark; undefined if there is none. */
export function markedAddress(address: string): string | undefined {
  const { searchParams } = new URL(resolvePath(address) ?? '/', origin)
  return searchParams.has(mark) ? edited(address, (query) => query.delete(mark)) : undefined
}

function edited(address: string, edit: (query: URLSearchParams) => void): string {
  const url = new URL(resolvePath(address) ?? '/', origin)
  edit(url.searchParams)
  return `${url.pathname}${url.search}`
}
