// Events that only a server may send, sent by a browser, and the reference of a session that a provider was given.

import { describe, expect, it } from 'vitest'
import { asForm, asJson, browser, opId, site } from '../../../fixtures/order.ts'
import { createEngine } from '../../engine/engine.ts'
import { transfer } from '../../flow/transfer.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import { createHttp } from '../index.ts'

const url = `${site}/api/flows/checkout`

async function ordered() {
  const clock = () => 1_000_000
  const engine = createEngine({ store: memoryStore({ clock }), clock, flows: [transfer] })
  const fetch = browser(createHttp({ engine }))
  await fetch(`${url}/events`, asJson({ opId: opId(), event: { type: 'order.placed', name: 'Ada' } }))
  const read = async () => (await fetch(url)).json()
  return { engine, fetch, read, session: (await read()).context.asked as string }
}

describe('a browser that sends an event of the server', () => {
  const op = opId()
  const named = (type: string): [string, string, RequestInit][] => [
    ['as JSON', `${url}/events`, asJson({ opId: op, event: { type, amount: 4200 } })],
    [
      'as a form',
      `${url}/events`,
      asForm({ 'dogear.opId': op, 'dogear.step': 'paying', 'dogear.type': type, amount: '1' }),
    ],
    ['as a draft', `${url}/drafts/paying`, asJson({ opId: op, type, form: type, values: { amount: 'x' } }, 'PUT')],
  ]

  it.each(named('provider.paid').map(([how], index) => [how, index] as const))(
    'is answered %s as if there were no such event',
    async (_, index) => {
      const answers = []
      for (const type of ['provider.paid', 'provider.heard']) {
        const { fetch, read } = await ordered()
        const [, address, init] = named(type)[index] as [string, string, RequestInit]
        const response = await fetch(address, init)
        const kept = await read()
        const text = `${await response.text()} ${response.headers.get('location')} ${JSON.stringify(kept)}`
        const own = /"(tag|mark|asked)":"[^"]*"/g
        answers.push([response.status, text.replaceAll(own, '').replaceAll(type, 'the event')])
        expect(kept).toMatchObject({ step: 'paying', context: { paid: 0 }, accepts: ['order.changed'] })
      }
      expect(answers[0]).toEqual(answers[1])
    },
  )

  it('does not even begin a session with it', async () => {
    const fetch = browser(createHttp({ engine: createEngine({ store: memoryStore(), flows: [transfer] }) }))
    const response = await fetch(`${url}/events`, asJson({ opId: opId(), event: { type: 'provider.paid', amount: 1 } }))
    expect([response.status, fetch.cookie]).toEqual([422, ''])
  })
})

it('a provider that was given the session as its reference cannot open it in a browser', async () => {
  const { engine, session } = await ordered()
  const http = createHttp({ engine })
  expect(session).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const secret = `${'A'.repeat(42)}A`
  for (const token of [
    session,
    `${session.slice(0, 21)}A.${secret}`,
    `${session}.${secret}`,
    `${session}.${session}`,
  ]) {
    const thief = Object.assign(browser(http), { cookie: `__Host-dogear.checkout=${token}` })
    expect(await (await thief(url)).json()).toMatchObject({ saved: false, context: { name: null } })
    const sent = await thief(`${url}/events`, asJson({ opId: opId(), event: { type: 'order.changed' } }))
    expect(sent.status).toBeGreaterThanOrEqual(400)
  }
  expect(await engine.inspect(session)).toMatchObject({ state: 'paying' })
})
