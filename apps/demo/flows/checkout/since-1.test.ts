// People who were in version 1 of the checkout when version 2 was deployed: nothing they gave is lost, nothing they
// must see is skipped.

import { afterEach, describe, expect, it } from 'vitest'
import { type Shop, type Shopper, shopOverDeploy, shopper } from './flow.fixture.ts'

const address = {
  line1: '12 St James Square',
  city: 'London',
  postcode: 'SW1Y 4JH',
  country: 'GB',
  email: 'ada@example.org',
} as const
const shippingOf1 = (name: string) => ({ type: 'shipping.submitted', name, ...address })
const card = { type: 'payment.submitted', method: 'card', cardToken: 'tok_ok', last4: '4242' }
const order = { type: 'order.placed' }
const express = { type: 'delivery.submitted', method: 'express' }

let shop: Shop
afterEach(() => shop.close())

/** Someone who came so far in version 1. */
async function inVersion1(...events: { type: string }[]): Promise<Shopper> {
  const person = shopper(shop)
  for (const event of events) expect(await person.send(1, event)).toMatchObject({ outcome: 'applied' })
  return person
}

describe('whoever was in version 1', () => {
  it('goes on at the delivery from payment and from review, with all they gave', async () => {
    shop = shopOverDeploy()
    for (const events of [[], [card]]) {
      const person = await inVersion1(shippingOf1('Augusta Ada King'), ...events)
      const held = (await person.read(1)).timers
      const view = await person.read(2)
      expect(view).toMatchObject({
        step: 'delivery',
        accepts: ['delivery.submitted', 'hold.extended'],
        context: {
          shipping: { ...address, givenName: 'Augusta Ada', familyName: 'King' },
          delivery: null,
          cart: { total: 42_50 },
        },
      })
      expect(view.context.payment?.method).toBe(events[0] && 'card')
      expect(view.timers).toEqual(held)
      expect(view.timers).toMatchObject([{ id: 'priceHold' }])
      const answered = await person.send(2, express)
      expect(answered).toMatchObject({
        outcome: 'applied',
        view: { step: events[0] ? 'review' : 'payment', context: { cart: { total: 47_50 } } },
      })
    }
  })

  it('is told that the prices are not held any longer when that time is over, on whichever page', async () => {
    shop = shopOverDeploy()
    const person = await inVersion1(shippingOf1('Ada Lovelace'), card)
    shop.pass(16 * 60_000)
    expect((await person.read(2)).step).toBe('expired')
    await person.send(2, { type: 'cart.restarted' })
    expect(await person.read(2)).toMatchObject({ step: 'shipping', context: { shipping: { familyName: 'Lovelace' } } })
  })

  it('goes on at the address with what they typed if their name is one word', async () => {
    shop = shopOverDeploy()
    for (const events of [[], [card]]) {
      const person = await inVersion1(shippingOf1('Cher'), ...events)
      const view = await person.read(2)
      expect(view).toMatchObject({
        step: 'shipping',
        context: { shipping: null },
        drafts: {
          shipping: {
            values: { ...address, givenName: 'Cher', familyName: '' },
            issues: [{ path: ['familyName'], message: 'Enter your last name' }],
          },
        },
      })
      const { values } = view.drafts.shipping ?? { values: {} }
      const named = { ...values, type: 'shipping.submitted', familyName: 'Sarkisian' }
      expect(await person.send(2, named)).toMatchObject({ outcome: 'applied', view: { step: 'delivery' } })
      expect(await person.send(2, express)).toMatchObject({ view: { step: events[0] ? 'review' : 'payment' } })
    }
  })

  it('finds what they were typing in the fields of today', async () => {
    shop = shopOverDeploy()
    const person = shopper(shop)
    await person.type(1, 'shipping', { name: 'Ada  King', city: 'Ockham' })
    expect((await person.read(2)).drafts.shipping?.values).toEqual({
      givenName: 'Ada',
      familyName: 'King',
      city: 'Ockham',
    })
    // Also from a page that was opened before the deploy.
    await person.type(2, 'shipping', { name: 'Cher' }, 1)
    expect((await person.read(2)).drafts.shipping?.values).toEqual({
      givenName: 'Cher',
      familyName: '',
      city: 'Ockham',
    })
    await person.type(2, 'shipping', { name: null }, 1)
    expect((await person.read(2)).drafts.shipping?.values).toEqual({ city: 'Ockham' })
  })
})

describe('an order placed in version 1', () => {
  it.each(['Ada Lovelace', 'Cher'])('stays what it was, for %s', async (name) => {
    const charges: unknown[] = []
    shop = shopOverDeploy(async ({ amount }) => {
      charges.push(amount)
      return { chargeId: 'ch_1' }
    })
    const person = await inVersion1(shippingOf1(name), card, order)
    const before = await person.read(1)
    const after = await person.read(2)
    expect(after).toMatchObject({ step: 'confirmed', status: 'done', context: { cart: { total: 42_50 } } })
    expect(after.context.reference).toBe(before.context.reference)
    expect(`${after.context.shipping?.givenName} ${after.context.shipping?.familyName}`.trim()).toBe(name)
    expect(charges).toEqual([42_50])
  })

  it.each(['Ada Lovelace', 'Cher'])('that is being paid costs what was seen, once, for %s', async (name) => {
    const charges: unknown[] = []
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    shop = shopOverDeploy(async ({ amount }, version) => {
      charges.push([version, amount])
      await answered
      return { chargeId: 'ch_1' }
    })
    const person = await inVersion1(shippingOf1(name), card, order)
    expect(await person.read(2)).toMatchObject({ step: 'paying', context: { cart: { total: 42_50 } } })
    answer()
    await expect.poll(async () => (await person.read(2)).step).toBe('confirmed')
    expect(charges).toEqual([[1, 42_50]])
  })

  it('whose server died is charged by one of version 2 as it was seen', async () => {
    const charges: unknown[] = []
    shop = shopOverDeploy(async ({ amount }, version) => {
      if (version === 1) return new Promise(() => {})
      charges.push(amount)
      return { chargeId: 'ch_1' }
    })
    const person = await inVersion1(shippingOf1('Ada Lovelace'), card, order)
    shop.pass(60_000)
    await shop.engines[2].wake(person.id(), shop.engines[2].now())
    await expect.poll(async () => (await person.read(2)).step).toBe('confirmed')
    expect(charges).toEqual([42_50])
  })

  it('that was declined is asked for the delivery before it is paid again', async () => {
    shop = shopOverDeploy(async () => {
      throw Object.assign(new Error('no'), { code: 'card_declined', retryable: false })
    })
    const person = await inVersion1(shippingOf1('Ada Lovelace'), card, order)
    expect(await person.read(2)).toMatchObject({ step: 'declined', context: { declined: 'card_declined' } })
    expect(await person.send(2, { type: 'payment.retried' })).toMatchObject({ view: { step: 'delivery' } })
    expect(await person.send(2, express)).toMatchObject({ view: { step: 'payment' } })
    expect(await person.send(2, card)).toMatchObject({ view: { step: 'review', context: { cart: { total: 47_50 } } } })
  })
})

describe('a page opened before the deploy', () => {
  it('sends its address as it did, and it is taken', async () => {
    shop = shopOverDeploy()
    const person = shopper(shop)
    expect(await person.send(2, shippingOf1('Ada Lovelace'), { page: 1 })).toMatchObject({
      outcome: 'applied',
      view: { step: 'delivery', context: { shipping: { givenName: 'Ada', familyName: 'Lovelace' } } },
    })
  })

  it('is refused a name of one word, and told what is missing', async () => {
    shop = shopOverDeploy()
    const person = shopper(shop)
    expect(await person.send(2, shippingOf1('Cher'), { page: 1 })).toMatchObject({
      outcome: 'rejected',
      code: 'invalid_event',
      issues: [{ path: ['familyName'], message: 'Enter your last name' }],
      view: { version: 2, step: 'shipping' },
    })
  })

  it('cannot go past the delivery by paying', async () => {
    shop = shopOverDeploy()
    const person = await inVersion1(shippingOf1('Ada Lovelace'))
    const paid = await person.send(2, card, { page: 1, step: 'payment' })
    expect(paid).toMatchObject({ outcome: 'rejected', view: { version: 2, step: 'delivery' } })
  })
})

it('a server of version 1 leaves a session of version 2 alone', async () => {
  shop = shopOverDeploy()
  const person = await inVersion1(shippingOf1('Ada Lovelace'))
  await person.send(2, express)
  await expect(person.read(1)).rejects.toMatchObject({ code: 'newer_version' })
  expect(await person.read(2)).toMatchObject({ step: 'payment', version: 2 })
})
