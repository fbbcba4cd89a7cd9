// Every route with a request that it accepts, from which attacks begin.

import { belowFlow, type Table, topLevel } from '../src/http/routes.ts'
import type { People } from './people.ts'

export type Fields = readonly (readonly [name: string, value: string])[]
export type Body = { json: unknown } | { form: Fields } | undefined
/** `path` is the pattern below the base path, with `:flow` and a star for the part that may be anything. */
export type Route = { method: string; path: string }

const listed = (table: Table, above: string): Route[] =>
  table.flatMap(({ pattern, methods }) =>
    Object.keys(methods).map((method) => ({ method, path: `${above}${pattern.map((part) => `/${part}`).join('')}` })),
  )

/** All routes, as the table of `dogear/http` has them. */
export const routes: readonly Route[] = [...listed(topLevel, ''), ...listed(belowFlow, '/:flow')]

const given = {
  type: 'travellers.given',
  name: 'Eve',
  email: 'eve@trip.example',
  adults: 2,
  insured: true,
  leaves: '2027-01-01T00:00:00.000Z',
  address: { street: 'A', zip: '1' },
  people: [{ name: 'A', age: 1 }],
  extras: ['a', 'b'],
}

const { type, leaves, address, people, extras, ...plain } = given
const nested = {
  'address.street': 'A',
  'people[0].name': 'A',
  'people[0].age': '1',
  'extras[]': 'a',
  leaves: '2027-01-01',
}

/** The part of the path that may be anything. */
export function itemFor({ path }: Route, { ada, eve }: People, count: number): string {
  if (path.includes('drafts')) return count % 2 === 0 ? 'travellers' : 'payment'
  if (path.includes('devices')) return ['others', 'd1', ada.device][count % 3] as string
  return [ada.id, eve.id, 'A'.repeat(43)][count % 3] as string
}

/** Bodies that the route accepts; `count` chooses one of them. */
export function bodyFor({ method, path }: Route, { eve, ada }: People, count: number): Body {
  // A beacon posts what a script puts.
  const name = path.includes('drafts') ? 'PUT' : method
  const all: Body[] = bodies[`${name} ${path}`]?.({ eve, ada, opId: `operation-${count}` }) ?? [undefined]
  return all[count % all.length]
}

type Given = Pick<People, 'ada' | 'eve'> & { opId: string }

const bodies: Readonly<Record<string, (given: Given) => Body[]>> = {
  'POST /:flow/events': ({ eve: { position }, opId }) => [
    { json: { opId, position, step: 'travellers', event: given } },
    { json: { opId, version: 1, fields: ['method'], event: { type: 'payment.given', method: 'card' } } },
    { json: { opId, event: { type: 'trip.held' } } },
    { json: { opId: 'eve-pays', position, event: { type: 'payment.given', method: 'Eve' } } },
    {
      form: formOf(opId, 'travellers.given', {
        ...plain,
        ...nested,
        insured: 'on',
        adults: '2',
        'dogear.step': 'travellers',
      }),
    },
    { form: formOf(opId, 'payment.given', { method: 'card', 'dogear.version': '1' }) },
    { form: formOf(opId, 'trip.booked', { 'dogear.position': Object.values(position).join('.') }) },
  ],
  'PUT /:flow/drafts/*': ({ opId, eve: { position } }) => [
    { json: { opId, values: { name: 'E', 'people[0].name': 'A', address: { street: 'B' } }, ageMs: { name: 5 } } },
    { json: { opId, values: { method: '' }, form: 'payment.given', type: 'payment.given', position, version: 1 } },
  ],
  'POST /:flow/handoffs': () => [{ json: { mode: 'join' } }, undefined],
  'POST /handoffs/look': ({ eve: { open }, ada: { used } }) => [
    { json: { token: open.token } },
    { json: { code: open.code } },
    { json: { token: used.token } },
  ],
  'POST /handoffs/redeem': ({ eve: { open }, ada: { used } }) => [
    { json: { token: open.token, replace: true } },
    { form: [['code', open.code]] },
    { json: { code: used.code } },
  ],
  'POST /:flow/open': ({ eve, ada }) => [
    { json: { session: eve.id, replace: true } },
    { json: { session: ada.id } },
    { form: [['session', ada.id]] },
  ],
  'POST /:flow/restart': () => [{ json: {} }, { form: [] }],
  'POST /:flow/take-back': () => [{ json: {} }, { form: [] }],
  'POST /:flow/extend': () => [{ json: {} }, undefined],
  'POST /:flow/return': () => [{ form: [['state', 'x']] }, { json: {} }],
  'POST /attach': () => [{ json: {} }, undefined],
}

function formOf(opId: string, type: string, fields: Readonly<Record<string, unknown>>): Fields {
  return [
    ['dogear.opId', opId],
    ['dogear.type', type],
    ...Object.entries(fields).map(([n, v]) => [n, String(v)] as const),
  ]
}
