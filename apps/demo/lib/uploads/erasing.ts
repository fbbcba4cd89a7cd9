// Documents that end with their session: each way to end one passes here.

import { tagOf } from 'dogear'
import type { Http } from 'dogear/http'
import { applicationPages } from '../../flows/application/pages.ts'
import type { Uploads } from './uploads.ts'

const { flow, url } = applicationPages
const ofOwner = new RegExp(`^${url}/sessions/([\\w-]+)/?$`)

/** `http`, with what a session has handed in removed once it was ended for good. */
export function withErasure(http: Http, uploads: Pick<Uploads, 'erase'>, onError: (error: unknown) => void): Http {
  return {
    ...http,
    async handle(request) {
      const session = endedBy(http, request)
      const answer = await http.handle(request)
      // A form is led back with the problem, where its session goes on.
      const ended = answer.status < 400 && !answer.headers.get('location')?.includes('problem=')
      if (session !== undefined && ended) await uploads.erase(tagOf(session)).catch(onError)
      return answer
    },
  }
}

/** The id of the session that the request may end, or undefined. */
function endedBy(http: Http, { method, url: address, headers }: Request): string | undefined {
  const { pathname, origin } = new URL(address)
  if (method === 'DELETE' && ofOwner.test(pathname)) return ofOwner.exec(pathname)?.[1]
  const path = pathname.replace(/\/$/, '')
  const ends = (method === 'DELETE' && path === url) || (method === 'POST' && path === `${url}/restart`)
  return ends ? http.readCredential(flow, headers.get('cookie'), origin)?.id : undefined
}
