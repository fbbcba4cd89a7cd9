// A session's view while a server component renders: read once per request, never written.

// With the extension, because Next has no `exports` map and Node resolves ES modules to the letter.
import { connection } from 'next/server.js'
import { cache } from 'react'
import type { Flow, ViewOf } from '../flow/define.ts'
import { nameOf } from '../http/browser/spot.ts'
import type { Http } from '../http/index.ts'
import type { View } from '../wire.ts'
import { visitorRequest } from './visitor.ts'

/**
 * The view of the visitor's session, or the initial one (`saved: false`); `gone` says why theirs is not shown.
 *
 * `search` is the query of the page, such as `?product=mug`, for the flow's input; `readStep` gives it itself. `key`
 * names one of several sessions of the flow: 1 to 64 letters of ASCII, digits and `-_.~`, the last two not first.
 *
 * Shared by all components of one request with the same options. Makes the page dynamic, as it depends on the cookie.
 * Rejects with a `DogearError` if the store cannot be read, the record cannot be understood, or the key is none.
 */
export async function readFlow<F extends Flow>(
  http: Http,
  flow: F,
  { search = '', key }: { search?: string; key?: string | undefined } = {},
): Promise<ViewOf<F>> {
  return (await read(http, nameOf({ flow: flow.id, key }), search)) as ViewOf<F>
}

const read = cache(async (http: Http, name: string, search: string): Promise<View> => {
  // With `partialPrefetching` Next gives cookies to renders ahead of a visit, too, in which it forbids to read a clock.
  await connection()
  return http.readView(name, await visitorRequest(`${http.basePath}/${encodeURIComponent(name)}${search}`))
})
