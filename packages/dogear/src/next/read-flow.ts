// A session's view while a server component renders: read once per request, never written.

// With the extension, because Next has no `exports` map and Node resolves ES modules to the letter.
import { headers } from 'next/headers.js'
import { cache } from 'react'
import { isDogearError } from '../errors.ts'
import type { Flow, ViewOf } from '../flow/define.ts'
import type { Http } from '../http/index.ts'
import type { View } from '../wire.ts'

/**
 * The view of the visitor's session, or the initial one (`saved: false`) if there is none or it was destroyed.
 *
 * Shared by all components of one request. Makes the page dynamic, as it depends on the cookie. Rejects with a `DogearError`
 * if the store cannot be read or the record cannot be understood.
 */
export async function readFlow<F extends Flow>(http: Http, flow: F): Promise<ViewOf<F>> {
  return (await read(http, flow.id)) as ViewOf<F>
}

const read = cache(async (http: Http, flowId: string): Promise<View> => {
  // The raw header, not `cookies()`: that hides a second cookie of the same name.
  const incoming = await headers()
  const origin = `${incoming.get('x-forwarded-proto')?.startsWith('https') ? 'https' : 'http'}://${incoming.get('host')}`
  const credential = http.readCredential(flowId, incoming.get('cookie'), origin)
  try {
    return await http.engine.read(flowId, credential)
  } catch (error) {
    // A page can say nothing better about a session that is gone than how to begin; the next event says it in words.
    if (isDogearError(error) && error.code === 'session_gone') return await http.engine.read(flowId, undefined)
    throw error
  }
})
