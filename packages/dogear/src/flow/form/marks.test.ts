// Marked fields: one place says which they are, for views, drafts, logs.

import { expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { open, viewOf } from '../../turn/open.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { createSession, start } from '../../turn/session.fixture.ts'
import { defineFlow, type Flow } from '../define.ts'
import { isMarked, marksOf } from './marks.ts'

const text = z.string()
const pii = z.string().meta({ pii: true })
const secret = z.string().meta({ secret: true })
const Person = z.object({
  name: pii,
  born: z.date().meta({ pii: true }),
  address: z.object({ line1: pii, city: z.string() }),
  phones: z.array(z.object({ number: pii, kind: z.string() })),
  taxNumber: secret.optional(),
  pin: z.string().trim().min(4).meta({ secret: true }).default('0000'),
  known: z.string().meta({ pii: true, id: 'Known' }),
  bank: z.union([z.object({ iban: secret }), z.null()]),
  read: z.preprocess((value) => value, secret),
  notes: z.record(z.string(), pii),
  plain: z.string(),
})

it('[M61] finds the marks of a schema, wherever a field is', () => {
  expect(marksOf({ events: { 'person.given': Person } })).toEqual({
    pii: ['name', 'born', 'address.line1', 'phones.number', 'known', 'notes'],
    secret: ['taxNumber', 'pin', 'bank.iban', 'read'],
  })
})

it.each([
  ['that may be null', secret.nullable()],
  ['that may be something else', z.union([z.number(), secret])],
  ['that is two schemas at once', z.intersection(z.object({ a: text }), z.object({ b: text }).meta({ secret: true }))],
  ['that is personal, or a secret', z.union([pii, secret])],
])('finds the mark of a field %s', (_, field) => {
  expect(marksOf({ events: { sent: z.object({ field }) } })).toEqual({ pii: [], secret: ['field'] })
})

it('takes the marks that a flow lists, for schemas that cannot say it, and those of its context', () => {
  const context = z.object({ deep: z.object({ key: secret }) })
  const marks = { pii: ['email'], secret: ['card.number'] }
  expect(marksOf({ events: {}, context, marks, secret: ['cvc'] })).toEqual({
    pii: ['email'],
    secret: ['card.number', 'cvc', 'deep.key'],
  })
})

it('ends at a schema that contains itself', () => {
  const Tree = z.object({
    name: pii,
    get inside() {
      return z.array(Tree)
    },
  })
  expect(marksOf({ events: { tree: Tree } }).pii).toEqual(['name', 'inside.name'])
})

it('finds the marks of a schema at every place where it is used', () => {
  const Address = z.object({ house: z.object({ line1: pii }) }).meta({ id: 'Address' })
  const Places = z.object({ home: Address, work: z.object({ at: Address }) })
  expect(marksOf({ events: { places: Places } }).pii).toEqual(['home.house.line1', 'work.at.house.line1'])
})

it.each<[fields: string[], path: (string | number)[], marked: boolean]>([
  [['iban'], ['iban'], true],
  [['iban'], ['people', 0, 'bank', 'iban'], true],
  [['bank.iban'], ['people', 0, 'bank', 'iban'], true],
  [['bank.iban'], ['iban'], false],
  [['bank.iban'], ['bank[iban]'], true],
  [['bank.iban'], ['people[0].bank.iban'], true],
  [['iban'], ['iban[0]'], true],
  [['iban'], ['iban.country'], true],
  [['iban'], ['ibans'], false],
  [['bank'], ['bank', 'name'], false],
  [['a', 'iban'], ['x', 'iban'], true],
])('of the fields %j, %j is one: %s', (fields, path, marked) => {
  expect(isMarked(fields, path)).toBe(marked)
})

const machine = setup({
  types: { context: {} as { person: unknown; seen: string }, events: {} as { type: 'person.given' } & object },
}).createMachine({
  id: 'm',
  initial: 'form',
  context: { person: null, seen: '' },
  states: {
    form: {
      id: 'form',
      meta: { step: { path: 'form', title: 'Form' } },
      on: { 'person.given': { actions: assign({ person: ({ event }) => ({ ...event, type: undefined }) }) } },
    },
  },
})
/** The view of a session. */
const shownTo = (flow: Flow, record: SessionRecord | undefined) => viewOf(open(flow, record as SessionRecord, start))

const Given = z.object({ name: pii, bank: z.object({ iban: secret, city: z.string() }) })
const given = { name: 'Ada', bank: { iban: 'DE00', city: 'Ulm' } }

it('[M61] keeps a secret in the record, and out of the view, of drafts, of a log', () => {
  const flow = defineFlow({ id: 'm', version: 1, machine, events: { 'person.given': Given } })
  const session = createSession(flow)
  session.draft('form', { name: 'Ada', 'bank.iban': 'DE00', 'bank.city': 'Ulm' })
  expect(session.record?.drafts.form?.values).toEqual({ name: 'Ada', 'bank.city': 'Ulm' })

  session.event({ type: 'person.given', ...given })
  expect(session.record?.snapshot.context).toMatchObject({ person: given })
  expect(shownTo(flow, session.record).context).toEqual({ person: { name: 'Ada', bank: { city: 'Ulm' } }, seen: '' })
  expect(flow.redact(given)).toEqual({ name: '[pii]', bank: { iban: '[secret]', city: 'Ulm' } })
})

it('keeps a field out of the view that has been marked since it was typed into a draft', () => {
  const events = { 'person.given': z.object({ name: z.string(), iban: z.string() }) }
  const before = createSession(defineFlow({ id: 'm', version: 1, machine, events }))
  before.draft('form', { name: 'Ada', iban: 'DE00' })
  const flow = defineFlow({ id: 'm', version: 1, machine, events, marks: { secret: ['iban'] } })
  const after = createSession(flow)
  after.record = before.record
  expect(JSON.stringify(shownTo(flow, after.record))).toContain('Ada')
  expect(JSON.stringify(shownTo(flow, after.record))).not.toContain('DE00')
})

it('refuses marks that are no lists of names when the flow is defined', () => {
  const wrong = { id: 'm', version: 1, machine, events: {}, marks: { pii: 'name', secret: [1] } }
  expect(() => defineFlow(wrong as never)).toThrow(/marks\.pii[\s\S]*marks\.secret\[0\]/)
})
