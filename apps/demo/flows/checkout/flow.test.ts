// Every way through the checkout, walked with XState's pure functions: no engine, no store, no clock.

import { describe, expect, it } from 'vitest'
import { type EventFromLogic, initialTransition, type SnapshotFrom, transition } from 'xstate'
import { checkoutEvents } from './events.ts'
import { checkout, checkoutMachine } from './flow.ts'

type Snapshot = SnapshotFrom<typeof checkoutMachine>
type Event = EventFromLogic<typeof checkoutMachine>

const address = {
  givenName: 'Ada',
  familyName: 'Lovelace',
  line1: '12 St James Square',
  city: 'London',
  postcode: 'SW1Y 4JH',
  country: 'GB',
  email: 'ada@example.org',
} as const
const shipping: Event = { type: 'shipping.submitted', ...address }
const standard: Event = { type: 'delivery.submitted', method: 'standard' }
const express: Event = { type: 'delivery.submitted', method: 'express' }
const card: Event = { type: 'payment.submitted', method: 'card', cardToken: 'tok_ok', last4: '4242' }
const invoice: Event = { type: 'payment.submitted', method: 'invoice', company: 'Analytical Engines Ltd' }
const order: Event = { type: 'order.placed' }
const extend: Event = { type: 'hold.extended' }
const holdOver: Event = { type: 'priceHold.expired' }
const charged = { type: 'xstate.done.actor.chargeCard', output: { chargeId: 'ch_1' } } as unknown as Event
const refused = (code?: string) =>
  ({ type: 'xstate.error.actor.chargeCard', error: { name: 'Error', message: 'no', code } }) as unknown as Event
const change = (step: string) => ({ type: 'xstate.route', to: `#${step}` }) as unknown as Event

/** Where the events lead, and the actions the machine requested. */
function walk(...events: Event[]) {
  let [snapshot]: [Snapshot, unknown] = initialTransition(checkoutMachine, { knownEmail: null })
  const requested: string[] = []
  for (const event of events) {
    const [next, actions] = transition(checkoutMachine, snapshot, event)
    snapshot = next
    for (const { type, params } of actions as { type: string; params?: { id?: string; delay?: number } }[]) {
      if (type !== 'xstate.raise' || params?.delay !== undefined) requested.push(type)
    }
  }
  return { at: snapshot.value, status: snapshot.status, context: snapshot.context, requested }
}

describe('the way to a confirmed order', () => {
  it('leads from the address over delivery, payment and review to the charge, which confirms it', () => {
    expect(walk(shipping).at).toBe('delivery')
    expect(walk(shipping, standard).at).toBe('payment')
    expect(walk(shipping, standard, card).at).toBe('review')
    expect(walk(shipping, standard, card, order).at).toBe('paying')
    const { at, status, context } = walk(shipping, standard, card, order, charged)
    expect({ at, status }).toEqual({ at: 'confirmed', status: 'done' })
    expect(context.reference).toMatch(/^DG-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  })

  it('waits for the person where the bank asks for them, and forgets the page once there is a result', () => {
    const confirmUrl = 'https://bank.example/confirm/1'
    const output = { chargeId: 'ch_1', processing: true, confirmUrl }
    const waits = { type: 'xstate.done.actor.chargeCard', output } as unknown as Event
    const waiting = walk(shipping, standard, card, order, waits)
    expect([waiting.at, waiting.context.confirmUrl]).toEqual(['paying', confirmUrl])
    for (const [event, at] of [
      [{ type: 'charge.succeeded', chargeId: 'ch_1' }, 'confirmed'],
      [{ type: 'charge.failed', code: 'card_declined' }, 'declined'],
    ] as const) {
      const told = walk(shipping, standard, card, order, waits, event)
      expect([told.at, told.context.confirmUrl]).toEqual([at, null])
    }
  })

  it('confirms an order on invoice without a charge, under the same reference every time', () => {
    const { at, context, requested } = walk(shipping, standard, invoice, order)
    expect(at).toBe('confirmed')
    expect(requested).not.toContain('xstate.spawnChild')
    expect(context.reference).toBe(walk(shipping, standard, invoice, order).context.reference)
  })

  it.each([
    ['standard', standard, 42_50],
    ['express', express, 47_50],
  ] as const)('[M51] charges what the order costs with %s delivery, reckoned on the server', (_, delivery, amount) => {
    const requested = { ...delivery, amount: 1, price: 1 } as Event
    const [reviewed] = [requested, card].reduce(
      ([snapshot], event) => transition(checkoutMachine, snapshot, event),
      transition(checkoutMachine, initialTransition(checkoutMachine, { knownEmail: null })[0], shipping),
    )
    expect(reviewed.context.cart.total).toBe(amount)
    const [, actions] = transition(checkoutMachine, reviewed, order)
    const spawn = actions.find(({ type }) => type === 'xstate.spawnChild') as { params?: unknown } | undefined
    expect(spawn?.params).toMatchObject({
      id: 'chargeCard',
      src: 'chargeCard',
      input: { amount, currency: 'GBP', token: 'tok_ok' },
    })
  })
})

describe('changing an answer', () => {
  it('returns from the address straight to the review once what comes after it is answered', () => {
    const king = { ...shipping, familyName: 'King' } as Event
    const { at, context } = walk(shipping, standard, card, change('shipping'), king)
    expect(at).toBe('review')
    expect(context.shipping?.familyName).toBe('King')
    expect(context).toMatchObject({ delivery: { method: 'standard' }, payment: { cardToken: 'tok_ok' } })
  })

  it('returns from delivery straight to the review, with what the order costs then', () => {
    const { at, context } = walk(shipping, standard, card, change('delivery'), express)
    expect(at).toBe('review')
    expect(context.cart).toMatchObject({ delivery: 8_95, total: 47_50 })
    const back = walk(shipping, express, card, change('delivery'), standard)
    expect(back.context.cart).toMatchObject({ delivery: 3_95, total: 42_50 })
  })

  it('asks for delivery and payment in turn where only the address is there', () => {
    expect(walk(shipping, change('shipping'), shipping).at).toBe('delivery')
    expect(walk(shipping, standard, change('shipping'), shipping).at).toBe('delivery')
  })

  it('returns from payment to the review', () => {
    expect(walk(shipping, standard, card, change('payment')).at).toBe('payment')
    expect(walk(shipping, standard, card, change('payment'), invoice)).toMatchObject({
      at: 'review',
      context: { payment: { method: 'invoice' } },
    })
  })

  it('keeps the card that was given before, and only a card', () => {
    const kept = { type: 'payment.kept' } as const
    expect(walk(shipping, standard, card, change('payment'), kept)).toMatchObject({
      at: 'review',
      context: { payment: { method: 'card', cardToken: 'tok_ok' } },
    })
    expect(walk(shipping, standard, kept).at).toBe('payment')
    expect(walk(shipping, standard, invoice, change('payment'), kept).at).toBe('payment')
  })

  it.each(['delivery', 'payment', 'review'])('does not lead to %s before what comes first is given', (step) => {
    expect(walk(change(step)).at).toBe('shipping')
    if (step !== 'delivery') expect(walk(shipping, change(step)).at).toBe('delivery')
  })

  it('does not lead to the review before payment is given', () => {
    expect(walk(shipping, standard, change('review')).at).toBe('payment')
  })

  it.each(['shipping', 'delivery', 'payment', 'review'])(
    'does not lead back to %s while the card is charged',
    (step) => {
      expect(walk(shipping, standard, card, order, change(step)).at).toBe('paying')
    },
  )
})

describe('a charge that did not work', () => {
  it('forgets the token, says why, and asks for payment again', () => {
    const declined = walk(shipping, standard, card, order, refused('card_declined'))
    expect(declined).toMatchObject({ at: 'declined', context: { declined: 'card_declined', payment: null } })
    const retried = walk(shipping, standard, card, order, refused('card_declined'), { type: 'payment.retried' })
    expect(retried).toMatchObject({ at: 'payment', context: { declined: null, priceHeld: true } })
    expect(walk(shipping, standard, card, order, refused(), { type: 'payment.retried' }, card, order, charged).at).toBe(
      'confirmed',
    )
  })

  it('tells a provider that gave no answer from a card that was declined', () => {
    expect(walk(shipping, standard, card, order, refused()).context.declined).toBe('no_answer')
  })
})

describe('the price hold', () => {
  const raises = (...events: Event[]) => walk(...events).requested.filter((type) => type === 'xstate.raise').length

  it('starts once with the address and is not restarted by going back', () => {
    expect(raises(shipping)).toBe(1)
    expect(raises(shipping, standard, card, change('shipping'), shipping, change('payment'), invoice)).toBe(1)
  })

  it.each([
    ['the address', [shipping, change('shipping')]],
    ['delivery', [shipping]],
    ['payment', [shipping, standard]],
    ['review', [shipping, standard, card]],
  ] as [string, Event[]][])('ends the order while a person is at %s', (_, events) => {
    expect(walk(...events, holdOver).at).toBe('expired')
  })

  it('never ends an order that is being paid', () => {
    const { at, requested } = walk(shipping, standard, card, order, holdOver)
    expect(at).toBe('paying')
    expect(requested).toContain('xstate.cancel')
  })

  it('keeps the address for a new start and drops the payment', () => {
    const { at, context } = walk(shipping, standard, card, holdOver, { type: 'cart.restarted' })
    expect(at).toBe('shipping')
    expect(context).toMatchObject({ shipping: { familyName: 'Lovelace' }, payment: null, priceHeld: false })
    expect(walk(shipping, standard, card, holdOver, { type: 'cart.restarted' }, shipping).at).toBe('delivery')
  })

  it('starts again with a restarted cart and with a retried payment', () => {
    expect(raises(shipping, holdOver, { type: 'cart.restarted' }, shipping)).toBe(2)
    expect(raises(shipping, standard, card, order, refused(), { type: 'payment.retried' })).toBe(2)
  })

  it.each([
    ['the address', [shipping, change('shipping')]],
    ['delivery', [shipping]],
    ['payment', [shipping, standard]],
    ['review', [shipping, standard, card]],
  ] as [string, Event[]][])('begins anew as often as a person at %s asks, and leaves them there', (_, events) => {
    const before = walk(...events)
    const after = walk(...events, extend, extend)
    expect(after.at).toBe(before.at)
    expect(after.context).toEqual(before.context)
    expect(after.requested.slice(before.requested.length)).toEqual([
      'xstate.cancel',
      'xstate.raise',
      'xstate.cancel',
      'xstate.raise',
    ])
  })

  it('cannot be extended before it runs, nor once it is over or the order placed', () => {
    expect(raises(extend)).toBe(0)
    expect(raises(shipping, holdOver, extend)).toBe(1)
    expect(raises(shipping, standard, card, order, extend)).toBe(1)
  })

  it('[M52] cannot be walked around by a link once it is over', () => {
    for (const step of ['shipping', 'delivery', 'payment', 'review']) {
      expect(walk(shipping, standard, card, holdOver, change(step)).at).toBe('expired')
    }
  })
})

describe('what a person may send', () => {
  const messages = (type: keyof typeof checkoutEvents, payload: unknown) =>
    checkoutEvents[type].safeParse(payload).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

  it('gets the same plain message for a missing and for an empty field', () => {
    const missing = messages('shipping.submitted', {})
    expect(missing).toEqual([
      'givenName: Enter your first name',
      'familyName: Enter your last name',
      'line1: Enter the first line of your address',
      'city: Enter a town or city',
      'postcode: Enter a postcode',
      'country: Choose the country we deliver to',
      'email: Enter your email address',
    ])
    const empty = { givenName: ' ', familyName: '', line1: '', city: '', postcode: ' ', country: '', email: '' }
    expect(messages('shipping.submitted', empty)).toEqual(missing)
  })

  it('is trimmed and written the usual way', () => {
    const typed = { ...address, givenName: ' Ada ', postcode: ' sw1y   4jh', country: 'gb', email: 'Ada@Example.org ' }
    expect(checkoutEvents['shipping.submitted'].parse(typed)).toMatchObject({
      givenName: 'Ada',
      postcode: 'SW1Y 4JH',
      country: 'GB',
      email: 'ada@example.org',
    })
  })

  it('is one of the two ways of delivery', () => {
    const wrong = ['method: Choose how we deliver']
    expect(messages('delivery.submitted', {})).toEqual(wrong)
    expect(messages('delivery.submitted', { method: 'drone' })).toEqual(wrong)
  })

  it('is one of the two ways to pay', () => {
    expect(messages('payment.submitted', {})).toEqual(['method: Choose how you want to pay'])
    expect(messages('payment.submitted', { method: 'card' })).toEqual(['cardToken: Enter your card details'])
    expect(messages('payment.submitted', { method: 'invoice', company: '' })).toEqual([
      'company: Enter the name of your company',
    ])
  })
})

describe('what leaves the server', () => {
  it('names the card but never holds its token', () => {
    const view = checkout.view(walk(shipping, standard, card).context)
    expect(view.payment).toEqual({ method: 'card', label: 'Card ending 4242' })
    expect(JSON.stringify(view)).not.toContain('tok_')
  })
})
