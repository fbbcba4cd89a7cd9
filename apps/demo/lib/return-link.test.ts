// The way back from a bank: one link for each charge, and the shop itself where an order can have none.

import { randomBytes } from 'node:crypto'
import { createEngine, memoryStore } from 'dogear'
import { createHttp } from 'dogear/http'
import { expect, it } from 'vitest'
import { checkout } from '../flows/checkout/flow.ts'
import { publicUrl } from './addresses.ts'
import { returnLinkOf } from './return-link.ts'

const keys = [randomBytes(32).toString('base64url')]
const handoffUrl = `${publicUrl}/handoff`

/** A shop with an order that was begun while the flow said so of links from the server, or did not. */
async function shop({ prepared }: { prepared: boolean }) {
  const store = memoryStore()
  const options = { store, keys, handoffUrl }
  const before = createEngine({ ...options, flows: [{ ...checkout, serverHandoffs: prepared }] })
  const http = createHttp({ engine: before, keys, publicUrl, inputs: { checkout: () => ({ knownEmail: null }) } })
  const init = {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    body: JSON.stringify({ opId: 'drafts-1', values: { city: 'London' } }),
  }
  const answer = await http.handle(new Request(`${publicUrl}/api/flows/checkout@k1/drafts/shipping`, init))
  const id = http.readCredential('checkout@k1', answer.headers.getSetCookie()[0] ?? '')?.id ?? ''
  const engine = createEngine({ ...options, flows: [checkout] })
  return { link: returnLinkOf(() => engine), id }
}

it('is the same for an attempt that is made again, and another for another charge', async () => {
  const { link, id } = await shop({ prepared: true })
  const first = await link({ session: id, effectId: 'charge-1' })
  expect(first.url).toMatch(/\/handoff#[\w-]{22}\.[\w-]{43}$/)
  expect(await link({ session: id, effectId: 'charge-1' })).toEqual(first)
  expect((await link({ session: id, effectId: 'charge-2' })).url).not.toBe(first.url)
})

it('is the shop itself for an order from before there were links, so that it can be paid all the same', async () => {
  const { link, id } = await shop({ prepared: false })
  expect(await link({ session: id, effectId: 'charge-1' })).toEqual({ url: publicUrl })
})

it('is none for an order that is gone', async () => {
  const { link } = await shop({ prepared: true })
  await expect(link({ session: 'gone', effectId: 'charge-1' })).rejects.toMatchObject({ code: 'session_gone' })
})
