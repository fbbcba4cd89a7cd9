// The values of a form mean what the schema says, with JavaScript as without.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { asForm, asJson, browser, opId, site } from '../../fixtures/order.ts'
import { createEngine } from '../engine/engine.ts'
import { defineFlow } from '../flow/define.ts'
import { formValues } from '../react/form-values.ts'
import { memoryStore } from '../store/memory.ts'
import type { View } from '../wire.ts'
import { createHttp } from './http.ts'

const Sent = z
  .object({
    days: z.array(z.enum(['mon', 'tue', 'wed'])),
    news: z.boolean(),
    count: z.number().min(1, 'Enter at least 1').optional(),
    born: z.date().nullable(),
    position: z.string().optional(),
    step: z.string().optional(),
    type: z.string().optional(),
    address: z.object({ street: z.string('Enter a street'), floor: z.number().optional() }).optional(),
    people: z.array(z.object({ name: z.string('Enter a name'), news: z.boolean() })),
  })
  .transform(({ type: kind, ...rest }) => ({ kind, ...rest }))
type Sent = z.infer<typeof Sent>

const machine = setup({
  types: { context: {} as { sent: Sent | null }, events: {} as { type: 'sent' } & Sent },
}).createMachine({
  id: 'g',
  initial: 'a',
  context: { sent: null },
  states: {
    a: {
      id: 'a',
      meta: { step: { path: 'a', title: 'A' } },
      on: {
        sent: {
          target: 'z',
          actions: assign({ sent: ({ event: { type: _, ...sent } }) => sent }),
        },
      },
    },
    z: { id: 'z', meta: { step: { path: 'z', title: 'Z' } } },
  },
})
const flow = defineFlow({ id: 'g', version: 1, machine, events: { sent: Sent } })

type Entries = readonly (readonly [string, string])[]
const url = `${site}/api/flows/g`

function visit() {
  const fetch = browser(createHttp({ engine: createEngine({ store: memoryStore(), flows: [flow] }) }))
  return { fetch, view: async () => (await (await fetch(url)).json()) as View<{ sent: Sent | null }> }
}

/** Sends the fields as a browser without JavaScript does. */
async function plain(entries: Entries) {
  const { fetch, view } = visit()
  const hidden = { 'dogear.opId': opId(), 'dogear.type': 'sent', 'dogear.step': 'a', 'dogear.version': '1' }
  await fetch(`${url}/events`, asForm([...Object.entries(hidden), ...entries] as [string, string][]))
  return await view()
}

/** Sends the fields as `FlowForm` does, and keeps them as a draft if they are refused. */
async function scripted(entries: Entries) {
  const { fetch, view } = visit()
  const data = new FormData()
  for (const [name, value] of entries) data.append(name, value)
  const values = formValues(data)
  const id = opId()
  const event = { 'dogear.type': values.type, ...values, type: 'sent' }
  const fields = entries.map(([name]) => name)
  const reply = await fetch(`${url}/events`, asJson({ opId: id, version: 1, step: 'a', fields, event }))
  if (reply.status === 422) {
    const draft = Object.fromEntries(fields.map((name) => [name, values[name] ?? '']))
    await fetch(`${url}/drafts/a`, asJson({ opId: id, version: 1, values: draft, type: 'sent' }, 'PUT'))
  }
  return await view()
}

const outcome = ({ step, context, drafts, issues }: View<{ sent: Sent | null }>) => {
  const { at: _, whole: __, ...draft } = drafts.a ?? {}
  return { step, sent: context.sent, draft, issues }
}

describe('the values of a form', () => {
  const empty = { days: [], news: false, born: null, people: [] }
  it.each([
    [[], empty],
    [[['days', 'mon']], { ...empty, days: ['mon'] }],
    [
      [
        ['days', 'mon'],
        ['days', 'tue'],
      ],
      { ...empty, days: ['mon', 'tue'] },
    ],
    [
      [
        ['position', 'clerk'],
        ['step', 'two'],
        ['type', 'home'],
      ],
      { ...empty, position: 'clerk', step: 'two', kind: 'home' },
    ],
    [
      [
        ['news', 'on'],
        ['count', '3'],
        ['born', '1815-12-10'],
      ],
      { ...empty, news: true, count: 3, born: '1815-12-10T00:00:00.000Z' },
    ],
    [
      [
        ['address.street', 'High St'],
        ['address.floor', ''],
      ],
      { ...empty, address: { street: 'High St' } },
    ],
    [
      [
        ['people[1].name', 'Bob'],
        ['people[0].name', 'Ada'],
        ['people[0].news', 'on'],
      ],
      {
        ...empty,
        people: [
          { name: 'Ada', news: true },
          { name: 'Bob', news: false },
        ],
      },
    ],
  ] as [Entries, object][])('%j are what the schema says, with JavaScript or without', async (entries, sent) => {
    for (const view of [await plain(entries), await scripted(entries)])
      expect(outcome(view)).toMatchObject({ step: 'z', sent, issues: [] })
  })

  it.each([
    [[['count', '0']], [{ path: ['count'], message: 'Enter at least 1' }]],
    [[['address.floor', '1']], [{ path: ['address', 'street'], message: 'Enter a street' }]],
    [[['people[2].news', 'on']], [{ path: ['people', 2, 'name'], message: 'Enter a name' }]],
  ] as [Entries, object][])('%j come back with the issue of their field', async (entries, issues) => {
    for (const view of [await plain(entries), await scripted(entries)])
      expect(outcome(view)).toMatchObject({ step: 'a', draft: { values: Object.fromEntries(entries) }, issues })
  })

  it('give up an issue once its field is typed into, and no other', async () => {
    const { fetch, view } = visit()
    const type = async (values: object, how: object) =>
      void (await fetch(`${url}/drafts/a`, asJson({ opId: opId(), values, ...how }, 'PUT')))
    await type({ 'people[0].news': 'on', 'people[1].news': 'on' }, { type: 'sent' })
    expect((await view()).issues.map(({ path }) => path)).toEqual([
      ['people', 0, 'name'],
      ['people', 1, 'name'],
    ])
    await type({ 'people[1].name': 'Bob' }, { form: 'sent' })
    expect((await view()).issues.map(({ path }) => path)).toEqual([['people', 0, 'name']])
  })

  it('are the same with JavaScript and without, whatever is typed', async () => {
    const name = fc.constantFrom(
      ...['days', 'news', 'count', 'born', 'type', 'step', 'address.street', 'address.floor', 'address', 'days[]'],
      ...[
        'people[0].name',
        'people[3].news',
        'people.1.name',
        'people[]',
        'people[999999999].name',
        'other',
        'other.x',
      ],
    )
    const value = fc.constantFrom('', 'on', 'mon', '3', '0', '1815-12-10', 'Ada', ' ', 'a\nb')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 6 }), async (entries) => {
        expect(outcome(await scripted(entries))).toEqual(outcome(await plain(entries)))
      }),
      { numRuns: 60 },
    )
  })
})

describe('an event that code sends as JSON', () => {
  const send = async (event: object) => {
    const { fetch } = visit()
    const response = await fetch(`${url}/events`, asJson({ opId: opId(), event: { type: 'sent', ...event } }))
    const body = (await response.json()) as { view?: View<{ sent: object }>; issues?: { path: unknown[] }[] }
    return body.issues?.map(({ path }) => path) ?? body.view?.context.sent
  }
  const complete = { days: [], news: false, born: null, people: [] }

  it('keeps its meaning: text is no number, nothing is no list', async () => {
    expect(await send({ ...complete, count: '3' })).toEqual([['count']])
    expect(await send({ ...complete, days: 'mon' })).toEqual([['days']])
    expect(await send({})).toEqual([['days'], ['news'], ['born'], ['people']])
    expect(await send({ ...complete, 'address.street': 'High St' })).toEqual(complete)
  })

  it('says a date in text, as JSON has no other way', async () => {
    expect(await send({ ...complete, born: new Date('1815-12-10') })).toMatchObject({
      born: '1815-12-10T00:00:00.000Z',
    })
    expect(await send({ ...complete, born: 'tomorrow' })).toEqual([['born']])
  })

  it('says a field of its own called type beside its type', async () => {
    expect(await send({ ...complete, 'dogear.type': 'home' })).toMatchObject({ kind: 'home' })
  })
})
