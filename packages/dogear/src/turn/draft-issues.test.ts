// The issues that a draft keeps.

import { expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { createSession, start } from './session.fixture.ts'

const whole = { path: [], message: 'The address does not exist' }
const named = { path: ['name'], message: 'Enter a name' }

it('an issue of the whole form stays while the same values are sent again, and goes with the first change', () => {
  const session = createSession(checkout)
  session.draft('shipping', { name: 'Ada', city: 'London' }, { issues: [whole, named] })
  session.draft('shipping', { name: 'Ada', city: 'London' }, { now: start + 1_000 })
  expect(session.record?.drafts).toMatchObject({ shipping: { issues: [whole, named] } })
  session.draft('shipping', { city: 'Paris' }, { now: start + 2_000 })
  expect(session.record?.drafts).toMatchObject({ shipping: { issues: [named] } })
})

it('a draft that is to become an event the flow does not have is refused by its type', () => {
  const session = createSession(checkout)
  const turn = session.draft('shipping', { name: 'Ada' }, { type: 'shipping.sent' })
  expect(turn.outcome).toMatchObject({ reason: 'invalid', issues: [{ path: ['type'] }] })
  expect(session.record).toBeUndefined()
})
