// Every way through the checkout, walked with XState's pure functions: no engine, no store, no clock.

import { describe, expect, it } from 'vitest'
import { type EventFromLogic, initialTransition, type SnapshotFrom, transition } from 'xstate'
import { checkout, checkoutMachine } from './checkout.ts'
import { checkoutEvents } from './checkout-events.ts'

type Snapshot = SnapshotFrom<typeof checkoutMachine>
type Event = EventFromLogic<typeof checkoutMachine>

const address = {
  name: 'Ada Lovelace',
  line1: '12 St James Square',
  city: 'London',
  postcode: 'SW1Y 4JH',
  country: 'GB',
  email: 'ada@example.org',
} as const
const shipping: Event = { type: 'shipping.submitted', ...address }
const card: Event = { type: 'payment.submitted', method: 'card', cardToken: 'tok_ok', last4: '4242' }
const invoice: Event = { type: 'payment.submitted', method: 'invoice', company: 'Analytical Engines Ltd' }
const order: Event = { type: 'order.placed' }
const holdOver: Event = { type: 'priceHold.expired' }
const charged = { type: 'xstate.done.actor.chargeCard', output: { chargeId: 'ch_1' } } as unknown as Event
const refused = (code?: string) =>
  ({ type: 'xstate.error.actor.chargeCard', error: { name: 'Error', message: 'no', code } }) as unknown as Event
const change = (step: string) => ({ type: 'xstate.route', to: `#${step}` }) as unknown as Event

/** Where the events lead, and what the machine asked for on the way. */
function walk(...events: Event[]) {
  let [snapshot]: [Snapshot, unknown] = initialTransition(checkoutMachine)
  const asked: string[] = []
  for (const event of events) {
    const [next, actions] = transition(checkoutMachine, snapshot, event)
    snapshot = next
    for (const { type, params } of actions as { type: string; params?: { id?: string; delay?: number } }[]) {
      if (type !== 'xstate.raise' || params?.delay !== undefined) asked.push(type)
    }
  }
  return { at: snapshot.value, status: snapshot.status, context: snapshot.context, asked }
}

describe('the way to a confirmed order', () => {
  it('leads from delivery over payment and review to the charge, which confirms it', () => {
    expect(walk(shipping).at).toBe('payment')
    expect(walk(shipping, card).at).toBe('review')
    expect(walk(shipping, card, order).at).toBe('paying')
    const { at, status, context } = walk(shipping, card, order, charged)
    expect({ at, status }).toEqual({ at: 'confirmed', status: 'done' })
    expect(context.reference).toMatch(/^DG-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  })

  it('confirms an order on invoice without a charge, under the same reference every time', () => {
    const { at, context, asked } = walk(shipping, invoice, order)
    expect(at).toBe('confirmed')
    expect(asked).not.toContain('xstate.spawnChild')
    expect(context.reference).toBe(walk(shipping, invoice, order).context.reference)
  })

  it('takes the amount from the order on the server', () => {
    const [reviewed] = [card].reduce(
      ([snapshot], event) => transition(checkoutMachine, snapshot, event),
      transition(checkoutMachine, initialTransition(checkoutMachine)[0], shipping),
    )
    const [, actions] = transition(checkoutMachine, reviewed, order)
    const spawn = actions.find(({ type }) => type === 'xstate.spawnChild') as { params?: unknown } | undefined
    expect(spawn?.params).toMatchObject({
      id: 'chargeCard',
      src: 'chargeCard',
      input: { amount: 42_50, currency: 'GBP', token: 'tok_ok' },
    })
  })
})

describe('changing an answer', () => {
  it('returns from delivery straight to the review once payment is answered', () => {
    const { at, context } = walk(shipping, card, change('shipping'), { ...shipping, name: 'Ada King' } as Event)
    expect(at).toBe('review')
    expect(context.shipping?.name).toBe('Ada King')
    expect(context.payment).toMatchObject({ cardToken: 'tok_ok' })
  })

  it('returns from payment to the review', () => {
    expect(walk(shipping, card, change('payment')).at).toBe('payment')
    expect(walk(shipping, card, change('payment'), invoice)).toMatchObject({
      at: 'review',
      context: { payment: { method: 'invoice' } },
    })
  })

  it.each(['payment', 'review'])('does not lead to %s before what comes first is given', (step) => {
    expect(walk(change(step)).at).toBe('shipping')
  })

  it('does not lead to the review before payment is given', () => {
    expect(walk(shipping, change('review')).at).toBe('payment')
  })

  it.each(['shipping', 'payment', 'review'])('does not lead back to %s while the card is charged', (step) => {
    expect(walk(shipping, card, order, change(step)).at).toBe('paying')
  })
})

describe('a charge that did not work', () => {
  it('forgets the token, says why, and asks for payment again', () => {
    const declined = walk(shipping, card, order, refused('card_declined'))
    expect(declined).toMatchObject({ at: 'declined', context: { declined: 'card_declined', payment: null } })
    const retried = walk(shipping, card, order, refused('card_declined'), { type: 'payment.retried' })
    expect(retried).toMatchObject({ at: 'payment', context: { declined: null, priceHeld: true } })
    expect(walk(shipping, card, order, refused(), { type: 'payment.retried' }, card, order, charged).at).toBe(
      'confirmed',
    )
  })

  it('tells a provider that gave no answer from a card that was declined', () => {
    expect(walk(shipping, card, order, refused()).context.declined).toBe('no_answer')
  })
})

describe('the price hold', () => {
  const raises = (...events: Event[]) => walk(...events).asked.filter((type) => type === 'xstate.raise').length

  it('starts once with the delivery details and is not restarted by going back', () => {
    expect(raises(shipping)).toBe(1)
    expect(raises(shipping, card, change('shipping'), shipping, change('payment'), invoice)).toBe(1)
  })

  it.each([
    ['delivery', [shipping, change('shipping')]],
    ['payment', [shipping]],
    ['review', [shipping, card]],
  ] as [string, Event[]][])('ends the order while a person is at %s', (_, events) => {
    expect(walk(...events, holdOver).at).toBe('expired')
  })

  it('never ends an order that is being paid', () => {
    const { at, asked } = walk(shipping, card, order, holdOver)
    expect(at).toBe('paying')
    expect(asked).toContain('xstate.cancel')
  })

  it('keeps the delivery details for a new start and drops the payment', () => {
    const { at, context } = walk(shipping, card, holdOver, { type: 'cart.restarted' })
    expect(at).toBe('shipping')
    expect(context).toMatchObject({ shipping: { name: 'Ada Lovelace' }, payment: null, priceHeld: false })
  })

  it('starts again with a restarted cart and with a retried payment', () => {
    expect(raises(shipping, holdOver, { type: 'cart.restarted' }, shipping)).toBe(2)
    expect(raises(shipping, card, order, refused(), { type: 'payment.retried' })).toBe(2)
  })

  it('cannot be walked around by a link once it is over', () => {
    for (const step of ['shipping', 'payment', 'review']) {
      expect(walk(shipping, card, holdOver, change(step)).at).toBe('expired')
    }
  })
})

describe('what a person may send', () => {
  const messages = (type: keyof typeof checkoutEvents, payload: unknown) =>
    checkoutEvents[type].safeParse(payload).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

  it('gets the same plain message for a missing and for an empty field', () => {
    const missing = messages('shipping.submitted', {})
    expect(missing).toEqual([
      'name: Enter your full name',
      'line1: Enter the first line of your address',
      'city: Enter a town or city',
      'postcode: Enter a postcode',
      'country: Choose the country we deliver to',
      'email: Enter your email address',
    ])
    const empty = { name: ' ', line1: '', city: '', postcode: ' ', country: '', email: '' }
    expect(messages('shipping.submitted', empty)).toEqual(missing)
  })

  it('is trimmed and written the usual way', () => {
    const typed = { ...address, name: ' Ada ', postcode: ' sw1y   4jh', country: 'gb', email: 'Ada@Example.org ' }
    expect(checkoutEvents['shipping.submitted'].parse(typed)).toMatchObject({
      name: 'Ada',
      postcode: 'SW1Y 4JH',
      country: 'GB',
      email: 'ada@example.org',
    })
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
    const view = checkout.view(walk(shipping, card).context)
    expect(view.payment).toEqual({ method: 'card', label: 'Card ending 4242' })
    expect(JSON.stringify(view)).not.toContain('tok_')
  })
})
