// A visitor without a browser, who sends the requests of a page or any other request.
import { randomUUID } from 'node:crypto'

export type Answer = {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers, including wrong ones.
  body: any
}

/** `version` is that of the flow; a page always sends it, a program need not. */
export type Place = {
  step?: string
  position?: { epoch: number; revision: number; mark: string }
  opId?: string
  version?: number
}

export type Visitor = {
  /** The `Cookie` header, once there is a session. */
  cookie: string
  get(path?: string): Promise<Answer>
  send(event: { type: string; [field: string]: unknown }, place?: Place): Promise<Answer>
  saveDraft(step: string, values: object, place?: Pick<Place, 'version'>): Promise<Answer>
  /** Anything else below the flow. */
  request(path: string, init: RequestInit): Promise<Answer>
  /** The same visitor at another server of the shop. */
  at(url: string): Visitor
}

/** The position of the view in an answer. */
export function positionIn({ body }: Answer): NonNullable<Place['position']> {
  const { epoch, revision, mark } = body.view ?? body
  return { epoch, revision, mark }
}

export const shipping = {
  type: 'shipping.submitted',
  givenName: 'Ada',
  familyName: 'Lovelace',
  line1: '12 St James’s Square',
  city: 'London',
  postcode: 'SW1Y 4JH',
  country: 'GB',
  email: 'ada@example.org',
}
export const delivery = { type: 'delivery.submitted', method: 'standard' }
export const card = { type: 'payment.submitted', method: 'card', cardToken: 'tok_ok', last4: '4242' }

export function visit(url: string, cookie = ''): Visitor {
  const visitor: Visitor = {
    cookie,
    get: (path = '') => visitor.request(path, {}),
    send: (event, { opId = randomUUID(), ...place } = {}) =>
      visitor.request('/events', json('POST', { opId, ...place, event })),
    saveDraft: (step, values, place) =>
      visitor.request(`/drafts/${step}`, json('PUT', { opId: randomUUID(), ...place, values })),
    async request(path, init) {
      const headers = new Headers(init.headers)
      headers.set('origin', url)
      if (visitor.cookie) headers.set('cookie', visitor.cookie)
      const response = await fetch(`${url}/api/flows/checkout${path}`, { ...init, headers })
      const [set] = response.headers.getSetCookie()
      if (set) visitor.cookie = set.split(';')[0] ?? ''
      const text = await response.text()
      const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
      return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
    },
    at: (elsewhere) => visit(elsewhere, visitor.cookie),
  }
  return visitor
}

function json(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
