// The end of a session over HTTP, while something is being done for it.

import { expect, it } from 'vitest'
import { asJson, browser, opId, site } from '../../../fixtures/order.ts'
import { eventually, rig } from '../../engine/harness.fixture.ts'
import { checkout } from '../../flow/checkout.fixture.ts'
import { fromEffect } from '../../flow/machine.ts'
import { createHttp } from '../http.ts'

it('is refused with the fresh view while an effect is under way, and takes no cookie away', async () => {
  let finish = (_receipt: string) => {}
  const chargeCard = fromEffect(() => new Promise<string>((resolve) => (finish = resolve)))
  const { engine } = rig({ flow: checkout.provide({ actors: { chargeCard } }), effectWaitMs: 1 })
  const fetch = browser(createHttp({ engine }))
  const url = `${site}/api/flows/checkout`
  const view = async () => (await fetch(url)).json()
  const ada = { type: 'shipping.submitted', name: 'Ada' }
  for (const event of [ada, { type: 'payment.submitted', token: 'tok_ok' }, { type: 'order.placed' }])
    await fetch(`${url}/events`, asJson({ opId: opId(), event }))
  const { cookie } = fetch
  const refused = await fetch(url, { method: 'DELETE' })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'effect_pending', view: { step: 'paying', gone: null } })
  expect(fetch.cookie).toBe(cookie)
  finish('receipt')
  await eventually(async () => expect(await view()).toMatchObject({ step: 'confirmed' }))
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(204)
  expect(fetch.cookie).toBe('')
})
