// The views of all sessions of a flow that the visitor has, while a server component renders.

// With the extension, because Next has no `exports` map and Node resolves ES modules to the letter.
import { connection } from 'next/server.js'
import { cache } from 'react'
import type { Flow, ViewOf } from '../flow/define.ts'
import type { Http } from '../http/index.ts'
import type { View } from '../wire.ts'
import { visitorRequest } from './visitor.ts'

/**
 * The views of the sessions of a flow in this browser, the one kept longest first: one may have no `key`, the others
 * are told apart by theirs. Those that are gone are left out; so there may be none.
 *
 * Shared by all components of one request. Makes the page dynamic, as it depends on the cookies. Rejects with a
 * `DogearError` if the store cannot be read.
 */
export async function readFlows<F extends Flow>(http: Http, flow: F): Promise<ViewOf<F>[]> {
  return (await read(http, flow.id)) as ViewOf<F>[]
}

const read = cache(async (http: Http, flow: string): Promise<View[]> => {
  await connection()
  return http.readViews(flow, await visitorRequest(http.basePath))
})
