// One attack: a request that a route accepts, changed in a few places, as plain data that can be printed.

import fc from 'fast-check'
import { type People, type Sender, senders, site } from './people.ts'
import { type Body, bodyFor, type Fields, itemFor, type Route, routes } from './routes.ts'
import { name, text, value } from './values.ts'

export type Change =
  | { at: 'method'; to: string }
  | { at: 'path'; part: number; to: string; how: 'instead' | 'before' }
  | { at: 'query'; to: string }
  | { at: 'header'; name: string; to: string; how: 'instead' | 'twice' }
  | { at: 'no header'; name: string }
  | { at: 'value'; place: number; to: unknown }
  | { at: 'member'; place: number; name: string; to: unknown }
  | { at: 'less'; place: number }
  | { at: 'twice'; place: number }
  | { at: 'bytes'; place: number; how: 'flip' | 'cut' | 'add' | 'double'; byte: number }

export type Attack = {
  route: Route
  sender: Sender
  /** Chooses among what the route accepts. */
  count: number
  changes: readonly Change[]
  /** Chooses the way it comes. */
  channel: number
  /** How the body comes. */
  pace: 'whole' | 'in pieces' | 'broken off'
}

/** A request on its way: of the body its bytes. */
export type Sent = { method: string; target: string; headers: [string, string][]; body: Uint8Array | undefined }

const headers = {
  'content-type': [
    'text/plain',
    'application/json; charset=utf-16',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'application/json',
  ],
  'content-encoding': ['gzip', 'identity'],
  'sec-fetch-site': ['cross-site', 'same-site', 'none', 'same-origin, cross-site', ''],
  origin: ['null', 'https://evil.example', site, `${site}, https://evil.example`],
  host: ['evil.example', 'a b', '[', 'trip.example:99999', ''],
  accept: ['text/html', '*/*'],
  cookie: [
    '__Host-dogear.trip=',
    '__Host-dogear.trip=a.b; __Host-dogear.trip=c.d',
    '=;;=',
    '__Host-dogear.trip={ada.selector}.x',
  ],
  'last-event-id': ['-1', '0.2.AAAAAAAA', '9'.repeat(99)],
  'x-address': ['::ffff:1.2.3.4', '[::1]', '%', ':::::'],
  'user-agent': ['', 'A'.repeat(5_000)],
  'x-forwarded-host': ['evil.example'],
  'x-http-method-override': ['DELETE'],
} as const
const place = fc.nat(40)

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    at: fc.constant('method' as const),
    to: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'toString', 'post'),
  }),
  fc.record({ at: fc.constant('path' as const), part: fc.nat(4), to: text, how: fc.constantFrom('instead', 'before') }),
  fc.record({ at: fc.constant('query' as const), to: text }),
  fc.constantFrom(...Object.keys(headers)).chain((name) =>
    fc.record({
      at: fc.constant('header' as const),
      name: fc.constant(name),
      to: fc.oneof(fc.constantFrom(...headers[name as keyof typeof headers]), text),
      how: fc.constantFrom('instead', 'twice'),
    }),
  ),
  fc.record({ at: fc.constant('no header' as const), name: fc.constantFrom(...Object.keys(headers)) }),
  fc.record({ at: fc.constant('value' as const), place, to: value }),
  fc.record({ at: fc.constant('value' as const), place, to: value }),
  fc.record({ at: fc.constant('member' as const), place, name, to: value }),
  fc.record({ at: fc.constant('less' as const), place }),
  fc.record({ at: fc.constant('twice' as const), place }),
  fc.record({
    at: fc.constant('bytes' as const),
    place: fc.nat(400),
    how: fc.constantFrom('flip', 'cut', 'add', 'double'),
    byte: fc.nat(255),
  }),
)

export const attack: fc.Arbitrary<Attack> = fc.record({
  route: fc.constantFrom(...routes),
  sender: fc.constantFrom(...senders, 'eve' as const, 'ada' as const),
  count: fc.nat(41),
  changes: fc.array(change, { maxLength: 4 }),
  channel: fc.nat(99),
  pace: fc.constantFrom('whole', 'whole', 'whole', 'in pieces', 'broken off'),
})

/** The request of an attack, among these people. */
export function toSent({ route, sender, count, changes }: Attack, basePath: string, people: People): Sent {
  const fill = (given: string) => filledIn(given, people)
  let method = route.method
  let query = ''
  const item = itemFor(route, people, count)
  const parts = route.path
    .split('/')
    .slice(1)
    .map((part) => ({ ':flow': 'trip', '*': item })[part] ?? part)
  let body = bodyFor(route, people, count)
  const sent = new Map<string, string[]>([['sec-fetch-site', ['same-origin']]])
  if (people.cookies[sender] !== '') sent.set('cookie', [people.cookies[sender]])
  if (body) sent.set('content-type', ['json' in body ? 'application/json' : 'application/x-www-form-urlencoded'])
  for (const one of changes) {
    if (one.at === 'method') method = one.to
    else if (one.at === 'path') parts.splice(one.part % (parts.length + 1), one.how === 'instead' ? 1 : 0, fill(one.to))
    else if (one.at === 'query') query = `?${fill(one.to)}`
    else if (one.at === 'header') {
      const before = one.how === 'twice' ? (sent.get(one.name) ?? []) : []
      sent.set(one.name, [...before, fill(one.to)])
    } else if (one.at === 'no header') sent.delete(one.name)
    else if (one.at !== 'bytes') body = changedBody(body, one, fill)
  }
  let bytes: Uint8Array | undefined = body && Buffer.from(textOf(body))
  for (const one of changes) if (one.at === 'bytes' && bytes) bytes = changedBytes(bytes, one)
  const target = `${basePath}${parts.map((part) => `/${part}`).join('')}${query}`
  return {
    method,
    target,
    headers: [...sent].flatMap(([name, all]) => all.map((one) => [name, one] as [string, string])),
    body: bytes,
  }
}

/** `given` with what stands for something of the victim's replaced by that: her id, never her secret. */
function filledIn(given: string, { ada, cookies }: People): string {
  if (!given.includes('{ada.')) return given
  const selector = cookies.ada.split('=')[1]?.split('.')[0] ?? ''
  const known = {
    id: ada.id,
    device: ada.device,
    tag: ada.tag,
    mark: ada.position.mark,
    selector,
    token: ada.used.token,
  }
  return given.replace(/\{ada\.(\w+)\}/g, (_, one) => known[one as keyof typeof known] ?? '')
}

type BodyChange = Extract<Change, { at: 'value' | 'member' | 'less' | 'twice' }>
type Fill = (given: string) => string

function changedBody(body: Body, change: BodyChange, fill: Fill): Body {
  if (body && 'form' in body) return { form: changedFields(body.form, change, fill) }
  return { json: changedJson(body?.json ?? {}, change, fill) }
}

function changedFields(fields: Fields, change: BodyChange, fill: Fill): Fields {
  const at = change.place % (fields.length + 1)
  const there = fields[at] ?? ['a', 'b']
  const to = 'to' in change ? fill(typeof change.to === 'string' ? change.to : JSON.stringify(change.to)) : ''
  const instead = {
    value: [[there[0], to]],
    member: [there, ['name' in change ? change.name : '', to]],
    less: [],
    twice: [there, there],
  }[change.at] as unknown as Fields
  return [...fields.slice(0, at), ...instead, ...fields.slice(at + 1)]
}

/** A copy of `json` with its part number `place` changed. */
function changedJson(json: unknown, change: BodyChange, fill: Fill): unknown {
  const copy = structuredClone(json)
  const places = placesIn(copy)
  const [holder, key] = places[change.place % (places.length + 1)] ?? []
  const to = 'to' in change ? (typeof change.to === 'string' ? fill(change.to) : change.to) : undefined
  if (holder === undefined || key === undefined) return change.at === 'value' ? to : copy
  if (change.at === 'less') delete holder[key]
  else if (change.at === 'value') holder[key] = to
  else if (change.at === 'twice') holder[key] = [holder[key], holder[key]]
  else if (Array.isArray(holder)) holder.push(to)
  // Defined, because an assignment to `__proto__` would leave nothing to send.
  else Object.defineProperty(holder, change.name, { value: to, enumerable: true, configurable: true })
  return copy
}

type Place = readonly [holder: Record<string, unknown>, key: string]

function placesIn(part: unknown): Place[] {
  if (typeof part !== 'object' || part === null) return []
  const holder = part as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(holder[key])])
}

function textOf(body: NonNullable<Body>): string {
  if ('json' in body) return JSON.stringify(body.json) ?? ''
  return new URLSearchParams(body.form.map(([name, value]) => [name, value])).toString()
}

function changedBytes(bytes: Uint8Array, { place, how, byte }: Extract<Change, { at: 'bytes' }>): Uint8Array {
  const at = place % (bytes.length + 1)
  if (how === 'cut') return bytes.slice(0, at)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(how === 'flip' ? at + 1 : at)]
  const middle = how === 'double' ? before : [byte]
  return Uint8Array.from([...before, ...middle, ...after])
}
