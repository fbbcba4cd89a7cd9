// The visitor's request, as far as Next lets a server component or an action see it.

// With the extension, because Next has no `exports` map and Node resolves ES modules to the letter.
import { cookies, headers } from 'next/headers.js'

/** Headers about the body of the request that Next answers, which the new request does not have. */
const others = ['accept', 'content-length', 'content-type', 'content-encoding', 'transfer-encoding']

/** A request for `path` of this site with what the visitor sent along. */
export async function visitorRequest(path: string, init: RequestInit = {}): Promise<Request> {
  const sent = new Headers(await headers())
  for (const name of others) sent.delete(name)
  sent.set('cookie', await cookieHeader(sent.get('cookie') ?? ''))
  for (const [name, value] of new Headers(init.headers)) sent.set(name, value)
  const scheme = sent.get('x-forwarded-proto')?.startsWith('https') ? 'https' : 'http'
  return new Request(new URL(path, `${scheme}://${sent.get('host') ?? 'localhost'}`), { ...init, headers: sent })
}

/**
 * The `Cookie` header as the browser would send it now, after the cookies an action has set or deleted.
 *
 * An unchanged cookie stays as it was sent. `cookies()` alone would not do: it hides a second cookie of the same name,
 * which must be noticed to be refused, and it decodes values.
 */
async function cookieHeader(sent: string): Promise<string> {
  const now = new Map((await cookies()).getAll().map(({ name, value }) => [name, value]))
  const pairs = sent
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
  const before = new Map(pairs.map((pair) => [nameOf(pair), decoded(pair)]))
  const changed = (name: string) => now.has(name) && now.get(name) !== before.get(name)
  const kept = pairs.filter((pair) => !changed(nameOf(pair)))
  const set = [...now].filter(([name, value]) => changed(name) && value !== '')
  return [...kept, ...set.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)].join('; ')
}

const nameOf = (pair: string): string => (pair.includes('=') ? pair.slice(0, pair.indexOf('=')) : pair)

function decoded(pair: string): string | undefined {
  try {
    return pair.includes('=') ? decodeURIComponent(pair.slice(pair.indexOf('=') + 1)) : 'true'
  } catch {
    return undefined
  }
}
