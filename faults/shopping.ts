// How people shop: forward, back, with good and bad cards, too slowly, or not to the end.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Customer } from './customer.ts'
import type { Random } from './random.ts'

/** The steps at which a person stops: the order is placed, declined or expired. */
export const endings = ['confirmed', 'declined', 'expired'] as const

export type Habits = {
  /** The card; 'invoice' for none. */
  card: string
  /** Lets the price hold run out first. */
  slow?: boolean
  /** Goes back this often to correct the address. */
  corrections?: number
  /** Gives up when the card was declined or the hold ran out. */
  leaves?: boolean
  /** Sends every event this often at once. */
  times?: number
}

const cards = [
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_lost_reply',
  'tok_lost_reply',
  'tok_flaky',
  'tok_declined',
  'tok_slow',
  'invoice',
] as const

export function randomHabits(random: Random): Habits {
  return {
    card: random.pick(cards),
    slow: random.chance(0.05),
    corrections: random.between(0, 24),
    leaves: random.chance(0.3),
  }
}

/** Without slow cards and without people who wait, for runs that have to be short. */
export function briskHabits(random: Random): Habits {
  const card = random.pick(['tok_ok', 'tok_lost_reply', 'tok_declined', 'invoice'])
  return { card, corrections: random.between(0, 1), leaves: random.chance(0.3) }
}

const givesUpMs = 180_000

/** Resolves with the step the person stopped at. Rejects if there was no end to it. */
export async function shop(customer: Customer, random: Random, habits: Habits): Promise<string> {
  const { slow = false, leaves = false, times = 1 } = habits
  let { card, corrections = 0 } = habits
  let dawdles = slow
  const startedAt = performance.now()
  const shipping = () => ({
    type: 'shipping.submitted',
    name: 'Ada',
    line1: `${random.between(1, 999)} Way`,
    city: 'York',
    postcode: 'YO1 1AA',
    country: 'GB',
    email: 'ada@example.com',
  })
  // Without a session a copy would begin another one.
  await customer.send(shipping(), 'shipping')
  while (performance.now() - startedAt < givesUpMs) {
    const step = customer.view?.step
    if (step === 'shipping') await customer.send(shipping(), step, { times })
    else if (step === 'payment' && dawdles) dawdles = await waits(customer)
    else if (step === 'payment') await customer.send(paymentBy(card), step, { times })
    else if (step === 'review' && corrections > 0) {
      corrections--
      await customer.send(shipping(), 'shipping', { times })
    } else if (step === 'review') await customer.send({ type: 'order.placed' }, step, { times })
    else if (step === 'paying') await looksAgain(customer)
    else if (step === 'declined' && !leaves) {
      card = 'tok_ok'
      await customer.send({ type: 'payment.retried' }, step, { times })
    } else if (step === 'expired' && !leaves) {
      // Less time than it took to correct the address will not be enough again.
      corrections = 0
      await customer.send({ type: 'cart.restarted' }, step, { times })
    } else if (step && (endings as readonly string[]).includes(step)) return step
    else throw new Error(`${customer.session} is at "${step}", where no person belongs`)
  }
  throw new Error(`${customer.session} was still at "${customer.view?.step}" after ${givesUpMs} ms`)
}

function paymentBy(card: string) {
  if (card === 'invoice') return { type: 'payment.submitted', method: 'invoice', company: 'Dogear' }
  return { type: 'payment.submitted', method: 'card', cardToken: card, last4: '4242' }
}

async function looksAgain(customer: Customer): Promise<void> {
  await sleep(100)
  await customer.read()
}

/** Reads until the hold has run out. */
async function waits(customer: Customer): Promise<boolean> {
  if (customer.view?.timers.length) await looksAgain(customer)
  return customer.view?.step === 'payment'
}
