// Documents that end with their session: each way to end one passes here.

import { type Config, tagOf } from 'dogear'
import type { Http } from 'dogear/http'
import type { FlowPages } from '../flow-pages.ts'
import type { Uploads } from './uploads.ts'

/** The documents of a flow, and where it is. */
export type Erasable = { pages: Pick<FlowPages, 'flow' | 'url'>; uploads: Pick<Uploads, 'erase'> }

/** `http`, with what a session has handed in removed once it was ended for good. */
export function withErasure(http: Http, kept: readonly Erasable[], onError: (error: unknown) => void): Http {
  const erasers = kept.map(({ pages, uploads }) => ({ uploads, endedBy: enderOf(http, pages) }))
  return {
    ...http,
    async handle(request) {
      const ending = erasers.flatMap(({ uploads, endedBy }) => {
        const session = endedBy(request)
        return session === undefined ? [] : [{ uploads, session }]
      })
      const answer = await http.handle(request)
      // A form is led back with the problem, where its session goes on.
      const ended = answer.status < 400 && !answer.headers.get('location')?.includes('problem=')
      if (ended) for (const { uploads, session } of ending) await uploads.erase(tagOf(session)).catch(onError)
      return answer
    },
  }
}

/** Removes the documents of a session from all places that keep some, for `dogear erase`. Rejects if a disk fails. */
export const eraserOf =
  (kept: readonly Pick<Uploads, 'erase'>[]): NonNullable<Config['erase']> =>
  async ({ tag }) => {
    for (const uploads of kept) await uploads.erase(tag)
  }

/** Tells the id of the session of a flow that a request may end, or undefined. */
function enderOf(http: Http, { flow, url }: Erasable['pages']): (request: Request) => string | undefined {
  const named = `^${url}(?:@([\\w-][\\w.~-]{0,63}))?`
  const ofOwner = new RegExp(`${named}/sessions/([\\w-]+)/?$`)
  const ofVisitor = new RegExp(`${named}(/restart)?/?$`)
  return ({ method, url: address, headers }) => {
    const { pathname: written, origin } = new URL(address)
    // The routes read an address however it is written. One that leads nowhere is refused by them, and ends nothing.
    const pathname = decoded(written)
    if (method === 'DELETE' && ofOwner.test(pathname)) return ofOwner.exec(pathname)?.[2]
    const [found, key, restart] = ofVisitor.exec(pathname) ?? []
    const ends = found !== undefined && method === (restart ? 'POST' : 'DELETE')
    const name = key === undefined ? flow : `${flow}@${key}`
    return ends ? http.readCredential(name, headers.get('cookie'), origin)?.id : undefined
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
