// Requests that are refused before anything of the shop sees them, or any of their bytes is kept.

import type { IncomingHttpHeaders } from 'node:http'
import { isRouterState } from './router-state.ts'

/** `rawHeaders`: names and values in turn, as they came. */
export type RawRequest = {
  method?: string | undefined
  url?: string | undefined
  headers: IncomingHttpHeaders
  rawHeaders: readonly string[]
}

/** The most bytes of a form of a page. Documents go to a route of their own, which has its own limit. */
export const pageBytes = 64 * 1024

/** True for the routes that read a body themselves, as far as they want to. */
export const hasOwnLimit = ({ url = '' }: RawRequest): boolean =>
  /^\/api\/(assistant|documents|flows)([/?]|$)/.test(url)

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']
const host = /^([a-z\d]([a-z\d._-]*[a-z\d])?|\[[\da-f:.]+\])(:\d{1,5})?$/i

// Node takes the first of two, and what stands before it may take the second.
const single = ['host', 'content-type']
const timesIn = (rawHeaders: readonly string[], name: string): number =>
  rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length

/** The status of the refusal, or undefined for a request that may go on. */
export function refusalOf(request: RawRequest): number | undefined {
  const { method = '', url = '', headers, rawHeaders } = request
  // No list of methods goes with it: the shop's own pages know theirs.
  if (!methods.includes(method)) return 405
  if (!host.test(headers.host ?? '')) return 400
  if (single.some((name) => timesIn(rawHeaders, name) > 1)) return 400
  const path = url.split('?', 1)[0] ?? ''
  if (!path.startsWith('/') || !isText(path)) return 400
  const { 'next-router-state-tree': state } = headers
  if (state !== undefined && !isRouterState(String(state))) return 400
  return hasOwnLimit(request) ? undefined : bodyRefusal(headers)
}

/** True for a multipart form that does not say what its parts are divided by: Next answers one with 500. */
const isFormWithoutBoundary = ({ 'content-type': type = '' }: IncomingHttpHeaders) =>
  /^\s*multipart\//i.test(type) && !/;\s*boundary="?[^\s";]/i.test(type)

/** Next keeps the body of a request for a page in memory before the page, or its proxy, has seen a header of it. */
function bodyRefusal(headers: IncomingHttpHeaders) {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers
  if (encoding !== undefined) return 411
  if (isFormWithoutBoundary(headers)) return 400
  return Number(length) > pageBytes ? 413 : undefined
}

/** True if the path is percent-encoded text without control characters. */
function isText(path: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(path))
  } catch {
    return false
  }
}
