// Secrets are never kept: declared fields and card numbers, wherever a payload comes from.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { msgpackCodec } from '../codec/codec.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import type { FlowOptions } from '../flow/options.ts'
import { maxDepth } from '../plain-data.ts'
import type { Result, SessionRecord } from './record.ts'
import { keepable, secretsIn, withoutSecrets } from './secrets.ts'
import { createSession, start } from './session.fixture.ts'

const card = '4242 4242-4242 4242'
const cardIssue = 'This looks like a card number. It is not kept here.'
const secretIssue = 'This is never kept here.'
const names = ['cvc', 'password']
const rules = { secret: names, cardNumbers: 'refuse', marks: { pii: [], secret: names } } as const

// It takes whatever it is sent, so that only the rules stand in the way.
const any = z.record(z.string(), z.any())
const machine = setup({
  types: {
    context: {} as { sent: unknown; done: unknown; failed: unknown },
    events: {} as { type: 'sent' } | { type: 'go' },
  },
  actors: { work: fromEffect<unknown, undefined>(async () => 1) },
}).createMachine({
  id: 'm',
  initial: 'form',
  context: { sent: null, done: null, failed: null },
  states: {
    form: {
      meta: { step: { path: 'form', title: 'Form' } },
      on: { sent: { actions: assign({ sent: ({ event }) => event }) }, go: 'working' },
    },
    working: {
      invoke: {
        id: 'work',
        src: 'work',
        onDone: { target: 'form', actions: assign({ done: ({ event }) => event.output }) },
        onError: { target: 'form', actions: assign({ failed: ({ event }) => event.error }) },
      },
    },
  },
})
type Asked = Partial<Pick<FlowOptions<typeof machine, unknown, unknown>, 'secret' | 'cardNumbers'>>
const flowWith = (options: Asked = {}) =>
  defineFlow({ id: 'm', version: 1, machine, events: { sent: any, go: any }, secret: names, ...options })
const made = (options: Asked = {}) => createSession(flowWith(options))
/** Everything a record holds, as text. */
const stored = (record: SessionRecord | undefined) =>
  record ? Buffer.from(msgpackCodec().encode(record)).toString('latin1') : ''

const cardPayloads: [string, Record<string, unknown>, (string | number)[][]][] = [
  ['in a field', { name: card }, [['name']]],
  ['as a number', { name: 4242424242424242 }, [['name']]],
  ['deep inside', { people: [{ notes: ['ok', card] }] }, [['people', 0, 'notes', 1]]],
  ['as the name of a field', { [card]: 'x' }, [[card]]],
  ['in two fields', { a: card, b: 'ok', c: { d: '378282246310005' } }, [['a'], ['c', 'd']]],
]

describe('[M67] a card number', () => {
  it.each(cardPayloads)('%s never enters by an event', (_, payload, paths) => {
    const session = made()
    session.event({ type: 'sent', name: 'Ada' })
    const before = session.record
    expect(session.event({ type: 'sent', ...payload }).outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: paths.map((path) => ({ path, message: cardIssue })),
    })
    expect(session.record).toBe(before)
  })

  it.each(cardPayloads)('%s never enters by a draft', (_, payload, paths) => {
    const session = made()
    session.draft('form', { name: 'Ada' })
    const before = session.record
    expect(session.draft('form', payload, { now: start + 1 }).outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: paths.map((path) => ({ path, message: cardIssue })),
    })
    expect(session.record).toBe(before)
  })

  it.each([
    ['a field', { reference: card }],
    ['the output itself', card],
    ['a big integer', 4242424242424242n],
    ['a map', new Map([['number', new Set([card])]])],
    ['the key of a map', new Map([[card, 1]])],
  ])('in the result of an effect, as %s, makes it an error', (_, output) => {
    const session = made()
    session.event({ type: 'go' })
    session.settle('work', 1, { ok: true, output })
    expect(session.record?.snapshot.context).toMatchObject({
      done: null,
      failed: { name: 'Error', message: expect.stringContaining('card number') },
    })
    expect(stored(session.record)).not.toContain('4242')
  })

  it('in the error of an effect is left out', () => {
    const session = made()
    session.event({ type: 'go' })
    session.settle('work', 1, { ok: false, error: new Error(`card ${card} was declined`) })
    expect(stored(session.record)).not.toContain('4242')
    expect(session.record?.snapshot.context).toMatchObject({ failed: { message: expect.stringContaining('not kept') } })
  })

  it('refuses the event also where the schema would have left it out', () => {
    const turn = createSession(checkout).event({ type: 'shipping.submitted', name: 'Ada', number: card })
    expect(turn.outcome).toMatchObject({ reason: 'invalid', issues: [{ path: ['number'], message: cardIssue }] })
  })

  it('that only the schema puts together does not enter either', () => {
    const flow = defineFlow({
      id: 'm',
      version: 1,
      machine,
      events: { sent: any.transform(({ parts }) => ({ whole: parts.join('') })), go: any },
    })
    const parts = ['4242', '4242', '4242', '4242']
    expect(createSession(flow).event({ type: 'sent', parts }).outcome).toEqual({
      ...{ kind: 'rejected', reason: 'invalid' },
      issues: [{ path: ['whole'], message: cardIssue }],
    })
  })

  it('enters where the flow asks for such numbers', () => {
    const session = made({ cardNumbers: 'allow' })
    session.draft('form', { name: card })
    session.event({ type: 'sent', name: card })
    expect(session.record?.snapshot.context).toMatchObject({ sent: { name: card } })
    session.event({ type: 'go' })
    session.settle('work', 1, { ok: true, output: card })
    expect(session.record?.snapshot.context).toMatchObject({ done: card })
  })
})

describe('[M67] a card number in production', () => {
  const settled = (cardNumbers: 'drafts' | 'refuse') => createSession({ ...flowWith(), cardNumbers })

  it('is looked for in every text field of a draft, and in the result of an effect', () => {
    const session = settled('drafts')
    for (const [, payload] of cardPayloads)
      expect(session.draft('form', payload).outcome).toMatchObject({ reason: 'invalid' })
    session.event({ type: 'go' })
    session.settle('work', 1, { ok: true, output: card })
    expect(stored(session.record)).not.toContain('4242')
  })

  it('is looked for in events only where the flow asks for it', () => {
    expect(settled('drafts').event({ type: 'sent', name: card }).outcome.kind).toBe('applied')
    expect(settled('refuse').event({ type: 'sent', name: card }).outcome).toMatchObject({ reason: 'invalid' })
  })

  it('is never kept under a name that the flow forbids, whatever it looks like', () => {
    expect(settled('drafts').event({ type: 'sent', cvc: '123' }).outcome).toMatchObject({ reason: 'invalid' })
  })
})

describe('a secret field', () => {
  it.each([
    ['itself', { cvc: '123', name: 'A' }, { name: 'A' }],
    ['deep inside', { people: [{ password: 'x', name: 'A' }] }, { people: [{ name: 'A' }] }],
    ['as forms name it', { 'card.cvc': '1', 'card[cvc]': '2', 'people[0][password]': '3', cvcs: 'ok' }, { cvcs: 'ok' }],
  ])('%s is dropped from a draft, and the rest is kept', (_, values, kept) => {
    const session = made()
    session.draft('form', values)
    expect(session.record?.drafts.form?.values).toEqual(kept)
  })

  it('may hold anything in a draft: it is gone before it is looked at', () => {
    const session = made()
    expect(session.draft('form', { cvc: card, name: 'A' }).outcome.kind).toBe('applied')
    expect(stored(session.record)).not.toContain('4242')
  })

  it.each([
    ['itself', { cvc: '123' }, ['cvc']],
    ['deep inside', { cards: [{ cvc: null }] }, ['cards', 0, 'cvc']],
    ['as forms name it', { 'card[cvc]': '1' }, ['card[cvc]']],
  ])('%s in an event refuses it', (_, payload, path) => {
    const session = made()
    expect(session.event({ type: 'sent', ...payload }).outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: [{ path, message: secretIssue }],
    })
    expect(session.record).toBeUndefined()
  })
})

it('a secret is taken out at any depth that can be stored, and what is deeper is left to those who refuse it', () => {
  const deep = (levels: number, list: boolean): unknown => {
    let value: unknown = { cvc: '123' }
    for (let level = 0; level < levels; level++) value = list ? [value] : { deep: value }
    return value
  }
  for (const list of [true, false]) {
    const strip = (levels: number) => JSON.stringify(withoutSecrets(rules, { value: deep(levels, list) }))
    for (const levels of [1, 10, maxDepth - 1]) expect(strip(levels)).not.toContain('cvc')
    expect(strip(maxDepth)).toContain('cvc')
  }
})

describe('a result of an effect', () => {
  const kept = (result: Result) => keepable(rules, result)

  it('is the very same where it holds nothing, though its fields have names that forms keep secret', () => {
    for (const result of [
      { ok: true, output: { cvc: '123' } },
      { ok: false, error: new Error('no'), retryable: true },
    ] as const)
      expect(kept(result)).toBe(result)
  })

  it('with a card number is an error that says so, to be tried again only if it was one that may pass', () => {
    const error = expect.objectContaining({ message: expect.stringContaining('card number') })
    expect(kept({ ok: true, output: card })).toEqual({ ok: false, error, retryable: false })
    for (const retryable of [true, false])
      expect(kept({ ok: false, error: new Error(card), retryable })).toEqual({ ok: false, error, retryable })
    expect(kept({ ok: false, error: new Error(card) })).toEqual({ ok: false, error, retryable: false })
  })
})

describe('ordinary values', () => {
  it('are never in the way', () => {
    const payload = {
      name: 'Ada',
      phone: '+49 151 23456789',
      vat: 'DE123456789',
      order: '424242424242',
      amount: 1999,
      at: new Date(0),
      bytes: Uint8Array.of(4, 2),
      list: [null, undefined, true, 1.5],
    }
    expect(secretsIn(rules, payload, 'event')).toEqual([])
    expect(withoutSecrets(rules, payload)).toEqual(payload)
  })

  it('are the very same object where nothing is secret', () => {
    const values = { name: 'A' }
    expect(withoutSecrets({ marks: { pii: [], secret: [] } }, values)).toBe(values)
  })

  it('that go round in a circle are looked at and left to the codec', () => {
    const circle: Record<string, unknown> = { name: 'A' }
    for (const name of 'abcdefgh') circle[name] = [circle]
    expect(secretsIn(rules, circle, 'event')).toEqual([])
  })
})

it('whatever is sent, in whatever shape, no card number and no secret is stored', () => {
  const text = fc.constantFrom('Ada', card, '4111111111111111', '0151 23456789', 's3cret!')
  const name = fc.constantFrom('name', 'cvc', 'password', 'card[cvc]', 'deep')
  const payload = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, text, fc.array(tie('value'), { maxLength: 3 }), tie('record')),
    record: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  })).record as fc.Arbitrary<Record<string, unknown>>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('event', 'draft'), payload), { maxLength: 6 }), (sent) => {
      const session = made()
      sent.forEach(([kind, values], index) => {
        if (kind === 'event') session.event({ ...values, type: 'sent' }, { now: start + index })
        else session.draft('form', values, { now: start + index })
        const { snapshot, drafts } = session.record ?? {}
        expect(JSON.stringify([snapshot, drafts]) ?? '').not.toMatch(/4242|4111|cvc|password/)
      })
    }),
  )
})
