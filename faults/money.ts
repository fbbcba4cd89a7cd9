// The judge of money: compares the provider's ledger with the end of every order.

import type { Charge } from '../apps/payments/src/ledger.ts'
import { price } from './flow.ts'
import { groupBy } from './group-by.ts'
import type { Violation } from './history.ts'
import type { SessionRecord, Version } from './journal.ts'

/**
 * `last` is the newest version of every session. A paid order has exactly one charge, its own; no other order has any.
 */
export function checkMoney(last: readonly Version[], ledger: readonly Charge[]): Violation[] {
  const sessions = new Set(last.map(({ session }) => session))
  const keys = groupBy(ledger, ({ idempotencyKey }) => idempotencyKey)
  const bySession = groupBy(ledger, ({ idempotencyKey }) => idempotencyKey.split('.')[0] ?? '')
  return [
    ...[...keys].flatMap(([key, charges]) =>
      charges.length > 1
        ? [{ rule: 'charged twice', session: key, detail: `${charges.length} charges under one key` }]
        : [],
    ),
    ...[...bySession.keys()].flatMap((session) =>
      sessions.has(session) ? [] : [{ rule: 'charge', session, detail: 'a charge of no session' }],
    ),
    ...last.flatMap((version) => checkOrder(version, bySession.get(version.session) ?? [])),
  ]
}

function checkOrder({ session, record }: Version, charges: readonly Charge[]): Violation[] {
  const say = (rule: string, detail: string): Violation[] => [{ rule, session, detail }]
  const { value, context } = record.snapshot as {
    value: unknown
    context: { payment: { method: string } | null; reference: string | null }
  }
  const paid = value === 'confirmed' && context.payment?.method === 'card'
  if (value === 'paying') return say('unfinished', 'the order never left "paying"')
  if (!paid)
    return charges.length === 0
      ? []
      : say('charge', `an order that ended in "${value}" was charged ${charges.length} times`)
  const [charge] = charges
  if (!charge || charges.length > 1)
    return say(charges.length > 1 ? 'charged twice' : 'charge', `a paid order has ${charges.length} charges`)
  const found: Violation[] = []
  if (charge.idempotencyKey !== effectIdOf(session, record))
    found.push(...say('charge', `the charge is of ${charge.idempotencyKey}`))
  if (charge.id !== context.reference) found.push(...say('charge', 'the order was confirmed by another charge'))
  if (charge.amount !== price) found.push(...say('charge', `${charge.amount} was charged`))
  return found
}

function effectIdOf(session: string, { entries }: SessionRecord): string {
  return `${session}.chargeCard.${entries.chargeCard}`
}
