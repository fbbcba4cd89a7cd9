// The signed-in user as the engine may know them: a keyed hash of the id, a masked name.

import type { SignedIn } from '../../engine/contract.ts'
import { ask } from '../../engine/foreign.ts'
import type { Incoming } from '../exchange.ts'
import type { Identify, Settings } from '../options.ts'
import { unambiguousCookies } from './cookie.ts'

const maxId = 1024
const maxLabel = 64
/** How long the application may take to tell the user. */
const identifyMs = 5_000

/** The user that the application sees in `request`, once per key: the first for writing, all for finding; or none. */
export async function identified(signIn: Settings['signIn'], request: Incoming): Promise<readonly SignedIn[]> {
  if (!signIn) return []
  const asked = unambiguous(request)
  const answer = await callIdentify(signIn.identify, asked)
  if (answer === null || answer === undefined) return []
  const { id, label = id } = typeof answer === 'string' ? { id: answer } : answer
  if (typeof id !== 'string' || id.length === 0 || id.length > maxId || typeof label !== 'string')
    throw new TypeError(`identify must give null, an id of 1 to ${maxId} characters, or { id, label }`)
  return signIn.keyring.digests('owner', id).map((digest) => ({ id: digest, label: masked(label) }))
}

/** The request without a body, and without a cookie whose name came twice. */
export function unambiguous(request: Incoming): Request {
  const asked = request.toRequest()
  const sent = request.header('cookie')
  const cookie = sent === null ? null : unambiguousCookies(sent)
  if (cookie === sent || cookie === null) return asked
  const headers = new Headers(asked.headers)
  headers.set('cookie', cookie)
  return new Request(asked.url, { method: asked.method, headers })
}

// An error of the application, even a DogearError, must not be taken for a refusal of this request.
async function callIdentify(identify: Identify, request: Request): Promise<Awaited<ReturnType<Identify>>> {
  try {
    return await ask(identifyMs, 'identify', () => identify(request))
  } catch (cause) {
    throw new Error('identify failed', { cause })
  }
}

/** A name its owner recognises: `a•••@example.org` for an e-mail address, else the first character and `•••`. */
export function masked(name: string): string {
  // Without invisible characters, such as those that turn the direction of text.
  const clean = name.replace(/\p{C}/gu, '').trim()
  const [first] = new Intl.Segmenter().segment(clean)
  const [domain = ''] = /@[^@\s]+\.[^@\s]+$/.exec(clean) ?? []
  return `${first?.segment ?? ''}•••${domain}`.slice(0, maxLabel).toWellFormed()
}
