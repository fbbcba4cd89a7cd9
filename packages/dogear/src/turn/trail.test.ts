// The trail: what an operator reads of the last turns, and nothing a person has entered.

import { expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import type { TrailEntry } from './record.ts'
import { browser, createSession, offer, sender, start } from './session.fixture.ts'
import { extend, movesIn, valueText } from './trail.ts'

const none = z.object({})
const lines = (session: ReturnType<typeof createSession>): string[] =>
  (session.record?.trail ?? []).map(({ event, from, to }) => `${event}: ${from} → ${to}`)

it('each turn is a line with its event, where it came from and where it went, by whom and when', () => {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada Lovelace' })
  session.event({ type: 'payment.submitted', token: 'tok_secret' }, { now: start + 5 })
  expect(session.record?.trail).toEqual([
    { event: 'shipping.submitted', from: 'shipping', to: 'payment', at: start, device: 'd1' },
    { event: 'payment.submitted', from: 'payment', to: 'review', at: start + 5, device: 'd1' },
  ])
})

it('a person who goes back to an earlier page leaves one line, the event they sent from there', () => {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.event({ type: 'payment.submitted', token: 't' })
  session.event({ type: 'shipping.submitted', name: 'Grace' }, { step: 'shipping', position: session.position() })
  expect(lines(session).slice(2)).toEqual(['shipping.submitted: review → payment'])
})

it('results of effects and timers are told by their names, at the time they were due', () => {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.event({ type: 'payment.submitted', token: 't' })
  session.event({ type: 'order.placed' })
  session.settle('chargeCard', 1, { ok: false, error: new Error('declined') })
  session.event({ type: 'payment.retried' })
  session.event({ type: 'payment.submitted', token: 't' })
  session.event({ type: 'order.placed' })
  session.settle('chargeCard', 2, { ok: true, output: 'r' })
  expect(lines(session).slice(3)).toEqual([
    'error chargeCard: paying → declined',
    'payment.retried: declined → payment',
    'payment.submitted: payment → review',
    'order.placed: review → paying',
    'done chargeCard: paying → confirmed',
  ])
  expect(session.record?.trail.at(-1)).toMatchObject({ device: '' })

  const machine = setup({ types: { events: {} as { type: 'go' } }, delays: { soon: 1_000 } }).createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { after: { soon: 'c' } }, c: {} },
  })
  const waiting = createSession(defineFlow({ id: 'm', version: 1, machine, events: { go: none } }))
  waiting.event({ type: 'go' })
  waiting.wake(start + 9_000)
  expect(lines(waiting)).toEqual(['go: a → b', 'after soon: b → c'])
  expect(waiting.record?.trail.at(-1)?.at).toBe(start + 1_000)
})

it('what happened to access is a line of the device it was done by, in the state the session is in', () => {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.access({ kind: 'issue', handoff: offer('key', 'join'), sender })
  session.access({ kind: 'redeem', by: 'link', hash: 'key', device: browser('phone') })
  session.access({ kind: 'revoke', device: 'd3', sender })
  session.access({ kind: 'extend', sender }, start + 60_000)
  expect(session.record?.trail.slice(1)).toEqual([
    { event: 'handoff issued', from: 'payment', to: 'payment', at: start, device: 'd1' },
    { event: 'handoff redeemed', from: 'payment', to: 'payment', at: start, device: 'd3' },
    { event: 'device revoked', from: 'payment', to: 'payment', at: start, device: 'd1' },
  ])
})

it('the last twenty lines are kept', () => {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  for (let count = 0; count < 20; count++) session.event({ type: 'note.added' })
  expect(session.record?.trail).toHaveLength(20)
  expect(session.record?.trail.every(({ event }) => event === 'note.added')).toBe(true)
})

it.each([
  ['a state', 'shipping', 'shipping'],
  ['a state in a state', { form: { address: 'street' } }, 'form.address.street'],
  ['states side by side', { left: 'on', right: { deep: 'off' } }, 'left.on|right.deep.off'],
  ['a machine without states', {}, ''],
  ['a region without states', { left: {}, right: 'on' }, 'left|right.on'],
  ['no state', null, 'null'],
])('%s is written as a person would', (_, value, text) => {
  expect(valueText(value)).toBe(text)
})

it.each([
  ['xstate.done.actor.charge.card', 'done charge.card'],
  ['xstate.error.actor.chargeCard', 'error chargeCard'],
  ['xstate.after.soon.checkout.paying', 'after soon'],
  ['xstate.init', 'xstate.init'],
  ['my.xstate.done.actor.chargeCard', 'my.xstate.done.actor.chargeCard'],
  ['my.xstate.after.soon.checkout', 'my.xstate.after.soon.checkout'],
])('the event %s is told as %s', (type, text) => {
  const record = { trail: [], snapshot: { status: 'active', value: 'a', context: null } } as const
  const line = { event: text, from: 'a', to: 'b', device: 'd1', at: 5 }
  expect(extend(record as never, { event: type, to: 'b', at: 5, device: 'd1' })).toEqual([line])
})

it('a device is told when it, another one, or nobody moved the session last', () => {
  const line = (device: string, at: number, to = 'b'): TrailEntry => ({ event: 'go', from: 'a', to, at, device })
  const trail = [line('d1', 1), line('d2', 2), line('', 3), line('d1', 4), line('d3', 5), line('', 6)]
  const stays = [line('d1', 7, 'a'), line('d2', 8, 'a'), line('', 9, 'a')]
  expect(movesIn([...trail, ...stays], 'd1')).toEqual({ here: 4, elsewhere: 5, itself: 6 })
  expect(movesIn([...trail, ...stays], 'd2')).toEqual({ here: 2, elsewhere: 5, itself: 6 })
  expect(movesIn([...trail, ...stays], undefined)).toEqual({ here: null, elsewhere: 5, itself: 6 })
  expect(movesIn([line('d1', 1)], 'd1')).toEqual({ here: 1, elsewhere: null, itself: null })
  expect(movesIn([line('', 1)], '')).toEqual({ here: null, elsewhere: null, itself: 1 })
  expect(movesIn(stays, 'd1')).toEqual({ here: null, elsewhere: null, itself: null })
})
