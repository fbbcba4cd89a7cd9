// Sessions with a running price hold, made by the turn itself and stored in bulk.

import { msgpackCodec } from 'dogear'
import type { Entry } from 'dogear/conformance'
import { keptMs } from '../../packages/dogear/src/turn/lifetime.ts'
import { takeTurn } from '../../packages/dogear/src/turn/take-turn.ts'
import { type FlowName, flows } from '../flow.ts'
import type { Journal } from '../journal.ts'

export const holdMs = 900_000

const codec = msgpackCodec()
const event = {
  type: 'shipping.submitted',
  name: 'Ada',
  line1: '1 Way',
  city: 'York',
  postcode: 'YO1 1AA',
  country: 'GB',
  email: 'ada@example.com',
}
const held = (name: FlowName) => flows[name].provide({ delays: { priceHold: holdMs } })
const armedFlows = { checkout: held('checkout'), next: held('next'), other: held('other') }
const made = new WeakMap<Journal, Map<string, Entry>>()

/**
 * The first version of a session whose hold ends at `dueAt`. Sessions of one moment are alike; the journal has their
 * operation.
 */
export function armed(journal: Journal, dueAt: number, name: FlowName = 'checkout'): { entry: Entry } {
  const entries = made.get(journal) ?? new Map<string, Entry>()
  made.set(journal, entries)
  const known = entries.get(`${name} ${dueAt}`)
  if (known) return { entry: known }
  const [opId, secretHash, now] = [`op-armed-${dueAt}`, 'nobody', dueAt - holdMs]
  const command = {
    kind: 'event',
    opId,
    step: 'shipping',
    event,
    sender: { secretHash, label: '' },
    session: '',
    mark: 'armed---',
    leaseMs: 1,
  } as const
  const { record } = takeTurn(armedFlows[name], undefined, command, now)
  if (!record) throw new Error('the first event of the checkout was not accepted')
  journal.operations.push({ opId, request: { step: 'shipping', event }, secretHash, attempts: [] })
  // Stored as if it had been written then: Redis keeps it until the same moment.
  const ttlMs = now + keptMs(record, now) - Date.now()
  const entry: Entry = { bytes: codec.encode(record), revision: 1, mark: record.mark, ttlMs, dueAt }
  entries.set(`${name} ${dueAt}`, entry)
  return { entry }
}
