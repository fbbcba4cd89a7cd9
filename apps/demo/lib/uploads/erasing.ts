// Documents that end with their session: each way to end one passes here.

import { tagOf } from 'dogear'
import type { Http } from 'dogear/http'
import { applicationPages } from '../../flows/application/pages.ts'
import type { Uploads } from './uploads.ts'

const { flow, url } = applicationPages
const named = `^${url}(?:@([\\w-][\\w.~-]{0,63}))?`
const ofOwner = new RegExp(`${named}/sessions/([\\w-]+)/?$`)
const ofVisitor = new RegExp(`${named}(/restart)?/?$`)

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
  const { pathname: written, origin } = new URL(address)
  // The routes read an address however it is written. One that leads nowhere is refused by them, and ends nothing.
  const pathname = decoded(written)
  if (method === 'DELETE' && ofOwner.test(pathname)) return ofOwner.exec(pathname)?.[2]
  const [found, key, restart] = ofVisitor.exec(pathname) ?? []
  const ends = found !== undefined && method === (restart ? 'POST' : 'DELETE')
  const name = key === undefined ? flow : `${flow}@${key}`
  return ends ? http.readCredential(name, headers.get('cookie'), origin)?.id : undefined
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
