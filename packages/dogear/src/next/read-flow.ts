// A session's view while a server component renders: read once per request, never written.

// With the extension, because Next has no `exports` map and Node resolves ES modules to the letter.
import { connection } from 'next/server.js'
import { cache } from 'react'
import type { Flow, ViewOf } from '../flow/define.ts'
import type { Http } from '../http/index.ts'
import type { View } from '../wire.ts'
import { visitorRequest } from './visitor.ts'

/**
 * The view of the visitor's session, or the initial one (`saved: false`); `gone` says why theirs is not shown.
 *
 * `search` is the query of the page, such as `?product=mug`, for the flow's input; `readStep` gives it itself.
 *
 * Shared by all components of one request with the same `search`. Makes the page dynamic, as it depends on the cookie.
 * Rejects with a `DogearError` if the store cannot be read or the record cannot be understood.
 */
export async function readFlow<F extends Flow>(
  http: Http,
  flow: F,
  { search = '' }: { search?: string } = {},
): Promise<ViewOf<F>> {
  return (await read(http, flow.id, search)) as ViewOf<F>
}

const read = cache(async (http: Http, flowId: string, search: string): Promise<View> => {
  // With `partialPrefetching` Next gives cookies to renders ahead of a visit, too, in which it forbids to read a clock.
  await connection()
  return http.readView(flowId, await visitorRequest(`${http.basePath}/${flowId}${search}`))
})
