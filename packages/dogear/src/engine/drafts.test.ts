// Drafts through the engine: typing on many devices and processes is merged, none of it is lost or comes back.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import type { Engine, Reply } from './contract.ts'
import { comeIn, offer } from './handover.fixture.ts'
import { atReview, eventually, type Person, person, rig, watch } from './harness.fixture.ts'

let operations = 0
const type = (engine: Engine, at: Person, values: object, rest: object = {}): Promise<Reply> =>
  engine.saveDraft('checkout', at.caller, {
    opId: `typing-${++operations}`,
    step: 'payment',
    values: values as Record<string, unknown>,
    ...rest,
  })

async function atPayment(engine: Engine): Promise<Person> {
  const someone = person(engine)
  await someone.send('shipping.submitted', { name: 'Ada' })
  return someone
}

describe('typing', () => {
  it('of two devices in two processes at once is all kept', async () => {
    const store = watch(memoryStore())
    const [here, there] = [rig({ store }).engine, rig({ store }).engine]
    const desktop = await atPayment(here)
    const phone = (await comeIn(there, (await offer(here, desktop, 'join')).link)).person
    const fields = Array.from({ length: 40 }, (_, index) => `field${index}`)
    await Promise.all(
      fields.map((field, index) =>
        index % 2 ? type(here, desktop, { [field]: index }) : type(there, phone, { [field]: index }),
      ),
    )
    const { drafts } = await phone.read()
    expect(Object.keys(drafts.payment?.values ?? {}).sort()).toEqual(fields.sort())
  })

  it('that was older is beaten by newer whichever comes first', async () => {
    let now = Date.UTC(2026, 0, 1)
    const { engine } = rig({ clock: () => now, store: watch(memoryStore({ clock: () => now })) })
    const someone = await atPayment(engine)
    await type(engine, someone, { token: 'new' })
    now += 1_000
    expect(await type(engine, someone, { token: 'old' }, { ageMs: 5_000 })).toMatchObject({
      outcome: 'duplicate',
      view: { drafts: { payment: { values: { token: 'new' } } } },
    })
  })

  it('is one call of the store, and begins a session if there is none', async () => {
    const { engine, store } = rig()
    const someone = person(engine)
    const reply = await engine.saveDraft('checkout', someone.caller, {
      opId: 'first-typing',
      step: 'shipping',
      values: { name: 'Ad' },
    })
    expect(reply).toMatchObject({ outcome: 'applied', view: { saved: true, revision: 1, step: 'shipping' } })
    const there = person(engine, reply.outcome === 'rejected' ? undefined : reply.created)
    await type(engine, there, { token: 'a' })
    expect(store.calls).toEqual(['now', 'commit', 'commit'])
  })

  it('that arrives after its submission changes nothing', async () => {
    const { engine } = rig()
    const someone = await atPayment(engine)
    await type(engine, someone, { token: 't' }, { opId: 'the-submission' })
    await someone.send('payment.submitted', { token: 'tok' }, { opId: 'the-submission', step: 'payment' })
    const late = await type(engine, someone, { token: 'to' }, { opId: 'the-submission' })
    expect(late).toMatchObject({ outcome: 'duplicate', view: { step: 'review', drafts: {} } })
  })

  it('checked as an event is kept with what is wrong with it', async () => {
    const { engine } = rig()
    const someone = await atPayment(engine)
    expect(await type(engine, someone, { token: '' }, { type: 'payment.submitted' })).toMatchObject({
      outcome: 'applied',
      view: { drafts: { payment: { values: { token: '' } } }, issues: [{ path: ['token'] }] },
    })
    expect((await type(engine, someone, { token: 'tok' }, { type: 'payment.submitted' })).view.issues).toEqual([])
  })

  it('that looks like a card number is refused and stored nowhere', async () => {
    const { engine, store } = rig()
    const someone = await atPayment(engine)
    store.calls.length = 0
    expect(await type(engine, someone, { token: '4242 4242 4242 4242' })).toMatchObject({
      outcome: 'rejected',
      code: 'invalid_event',
      issues: [{ path: ['token'] }],
      view: { drafts: {} },
    })
    expect(store.calls).not.toContain('commit')
  })
})

it('typing does not wait for an effect that is running', async () => {
  let pay = (_receipt: string) => {}
  const chargeCard = fromEffect(() => new Promise<string>((resolve) => (pay = resolve)))
  const { engine } = rig({ flow: checkout.provide({ actors: { chargeCard } }), effectWaitMs: 60_000 })
  const someone = await atReview(engine)
  const paying = someone.send('order.placed')
  await eventually(async () => expect((await someone.read()).pending).toEqual(['chargeCard']))
  expect(await type(engine, someone, { note: 'x' })).toMatchObject({ view: { pending: ['chargeCard'] } })
  pay('receipt')
  expect((await paying).view.step).toBe('confirmed')
})
