// People with sessions, for a server under attack: one who is attacked, one who attacks, some whose sessions are over.

import { randomBytes } from 'node:crypto'
import type { Http } from '../src/http/index.ts'
import type { Position } from '../src/wire.ts'

export const site = 'https://trip.example'
/** In everything the victim entered, and nowhere else. */
export const canary = 'Quetzalcoatl'

/** The senders of requests; what each sends along as `Cookie` is in `People.cookies`. */
export const senders = ['nobody', 'eve', 'ada', 'wrong secret', 'unknown', 'removed', 'moved', 'other flow'] as const
export type Sender = (typeof senders)[number]

type Session = { cookie: string; id: string; position: Position }
/** The secrets of a handoff: of its link, and its code. */
export type Proof = { token: string; code: string }

export type People = {
  cookies: Readonly<Record<Sender, string>>
  /** The victim: whatever anybody else sends, this session stays as it is. `used` has been redeemed. */
  ada: Session & { device: string; tag: string; used: Proof }
  eve: Session & { open: Proof }
}

export async function settle(http: Http): Promise<People> {
  const ada = await begin(http, 'ada')
  const used = await offer(http, ada, 'join')
  const phone = await redeem(http, used, 'user=ada')
  await send(http, '/trip/drafts/travellers', { cookie: phone, method: 'PUT', body: draft })
  // At sign-in the browser is given another secret.
  const { cookies } = await send(http, '/attach', { cookie: ada.cookie, body: {} })
  ada.cookie = `${cookies[0]?.split(';')[0]}; user=ada`
  const { devices } = (await send(http, '/trip/devices', { cookie: ada.cookie, method: 'GET' })).body
  const { tag } = (await send(http, '/trip', { cookie: ada.cookie, method: 'GET' })).body
  const eve = await begin(http, 'eve')
  const moved = await begin(http, 'eve')
  await redeem(http, await offer(http, moved, 'move'), 'user=eve')
  const removed = await begin(http, 'eve')
  await send(http, '/trip', { cookie: removed.cookie, method: 'DELETE' })
  const other = await begin(http, 'eve', 'voyage')
  const [selector = '', secret = ''] = tokenOf(ada.cookie).split('.')
  const name = http.cookieName('trip')
  return {
    cookies: {
      nobody: '',
      eve: eve.cookie,
      ada: ada.cookie,
      'wrong secret': `${name}=${selector}.${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}; user=eve`,
      unknown: `${name}=${randomToken()}; user=eve`,
      removed: removed.cookie,
      moved: moved.cookie,
      'other flow': `${name}=${tokenOf(other.cookie)}; user=eve`,
    },
    ada: { ...ada, device: devices[0].id, tag, used },
    eve: { ...eve, open: await offer(http, eve, 'join') },
  }
}

/** A token of the right form that opens nothing. */
export const randomToken = (): string =>
  `${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}`

const tokenOf = (cookie: string): string => cookie.split(';')[0]?.split('=')[1] ?? ''

const draft = { opId: 'draft-of-the-phone', values: { note: canary }, form: 'travellers.given' }

// biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes; a wrong one fails right here.
type Reply = { status: number; cookies: string[]; text: string; body: any }

/** Sends what a page of the site would send. */
export async function send(
  http: Http,
  path: string,
  { cookie = '', method = 'POST', body }: { cookie?: string; method?: string; body?: unknown },
): Promise<Reply> {
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await http.handle(new Request(`${site}${http.basePath}${path}`, init))
  const text = await response.text()
  const answered = { status: response.status, cookies: response.headers.getSetCookie(), text }
  return { ...answered, body: text === '' ? undefined : JSON.parse(text) }
}

export const positionOf = ({ epoch, revision, mark }: Position): Position => ({ epoch, revision, mark })

async function begin(http: Http, user: string, flow = 'trip'): Promise<Session> {
  const name = user === 'ada' ? canary : 'Eve'
  const given = { type: 'travellers.given', name, email: `${name}@trip.example`, people: [{ name, age: 7 }] }
  const path = `/${flow}/events`
  const begun = await send(http, path, {
    cookie: `user=${user}`,
    body: { opId: randomToken().slice(-40), event: given },
  })
  const cookie = `${begun.cookies[0]?.split(';')[0]}; user=${user}`
  const next = { type: 'payment.given', method: name }
  const body = { opId: `${user}-pays`, position: positionOf(begun.body.view), event: next }
  const paid = await send(http, path, { cookie, body })
  const id = http.readCredential(flow, cookie)?.id ?? ''
  return { cookie, id, position: positionOf(paid.body.view) }
}

async function offer(http: Http, { cookie }: Session, mode: 'move' | 'join'): Promise<Proof> {
  const { body } = await send(http, '/trip/handoffs', { cookie, body: { mode } })
  return { token: body.url.split('#')[1], code: body.code }
}

async function redeem(http: Http, { token }: Proof, user: string): Promise<string> {
  const { cookies } = await send(http, '/handoffs/redeem', { cookie: user, body: { token } })
  return `${cookies[0]?.split(';')[0]}; ${user}`
}
