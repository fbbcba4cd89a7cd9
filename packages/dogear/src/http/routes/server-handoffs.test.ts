// A handoff from the server: a link into a session for a browser that the server cannot reach.

import { describe, expect, it } from 'vitest'
import { asJson, browser, detailsSubmitted, keys, opId, order, shared, site } from '../../../fixtures/order.ts'
import { createEngine } from '../../engine/engine.ts'
import { memoryStore } from '../../store/memory.ts'
import type { HandoffReply, View } from '../../wire.ts'
import { createHttp } from '../http.ts'

const base = `${site}/api/flows`
const handoffUrl = `${site}/handoff`
const prepared = { ...order, serverHandoffs: true }
const redeem = `${base}/handoffs/redeem`
const tokenOf = ({ url }: HandoffReply) => url.slice(handoffUrl.length + 1)
const code = (code: string) => expect.objectContaining({ code })

async function begun({ flow = prepared, name = 'order', engineKeys = keys.slice(0, 1), store = memoryStore() } = {}) {
  const engine = createEngine({ store, flows: [flow], keys: engineKeys, handoffUrl })
  const http = createHttp({ engine, ...shared })
  const desktop = browser(http)
  await desktop(`${base}/${name}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const to = { flow: 'order', session: http.readCredential(name, desktop.cookie)?.id ?? '' }
  const viewIn = async (fetch: typeof desktop) => (await (await fetch(`${base}/${name}`)).json()) as View
  return { engine, http, store, desktop, to, viewIn }
}

describe('a handoff from the server', () => {
  it('lets one more browser in by its link, and the one that has the session keeps it', async () => {
    const { engine, http, desktop, to, viewIn } = await begun()
    const before = Date.now()
    const offer = await engine.issueHandoff(to, { mode: 'join', lifetime: '2 hours' })
    expect(offer.url).toMatch(/^https:\/\/shop\.example\/handoff#[\w-]{22}\.[\w-]{43}$/)
    expect(offer.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
    expect(offer.expiresAt - before).toBeGreaterThan(7_100_000)
    const elsewhere = browser(http)
    expect((await elsewhere(redeem, asJson({ token: tokenOf(offer) }))).status).toBe(200)
    expect((await viewIn(elsewhere)).tag).toBe((await viewIn(desktop)).tag)
    expect(await viewIn(desktop)).toMatchObject({ saved: true, gone: null })
    expect((await browser(http)(redeem, asJson({ token: tokenOf(offer) }))).status).toBe(410)
  })

  it('lets one in by its code as well, and under the key of the session', async () => {
    const { engine, http, to, viewIn } = await begun({ name: 'order@a' })
    const elsewhere = browser(http)
    const answer = await elsewhere(redeem, asJson({ code: (await engine.issueHandoff(to)).code }))
    expect(await answer.json()).toMatchObject({ flow: 'order', key: 'a' })
    expect(await viewIn(elsewhere)).toMatchObject({ saved: true, step: 'payment' })
  })

  it('costs a session 82 bytes, give or take two for its times, in flows that say so', async () => {
    const bytesOf = async (flow: typeof prepared) => {
      const { store, to } = await begun({ flow })
      const found = await store.read(to.session)
      return typeof found === 'object' ? found.bytes.length : 0
    }
    const [without, more] = [await bytesOf({ ...order, serverHandoffs: false }), await bytesOf(prepared)]
    expect(without).toBeGreaterThan(100)
    expect(Math.abs(more - without - 82)).toBeLessThanOrEqual(2)
  })

  it('is the same one for the same operation, as a provider that is asked again has to be asked the same', async () => {
    const { engine, to } = await begun()
    const first = await engine.issueHandoff(to, { opId: 'effect-1' })
    expect(await engine.issueHandoff(to, { opId: 'effect-1' })).toEqual(first)
    const other = await engine.issueHandoff(to, { opId: 'effect-2' })
    expect(other.url).not.toBe(first.url)
    expect((await engine.issueHandoff(to)).url).not.toBe((await engine.issueHandoff(to)).url)
  })

  it('is there for the session of an owner, whatever its flow says', async () => {
    const { engine, http, desktop, to, viewIn } = await begun({ flow: order as typeof prepared })
    desktop.cookie = `${desktop.cookie}; user=ada`
    await desktop(`${base}/attach`, { method: 'POST' })
    const elsewhere = browser(http, {})
    elsewhere.cookie = 'user=ada'
    expect((await elsewhere(redeem, asJson({ token: tokenOf(await engine.issueHandoff(to)) }))).status).toBe(200)
    expect((await viewIn(elsewhere)).tag).toBe((await viewIn(desktop)).tag)
  })

  it('says what to do where there can be none', async () => {
    const { engine, to, store, desktop } = await begun({ flow: order as typeof prepared })
    await expect(engine.issueHandoff(to)).rejects.toThrow(code('not_accepted'))
    await expect(engine.issueHandoff(to)).rejects.toThrow(/serverHandoffs: true/)
    await expect(engine.issueHandoff({ ...to, session: 'x' })).rejects.toThrow(code('session_gone'))
    await expect(engine.issueHandoff({ ...to, flow: 'gift' })).rejects.toThrow(code('unknown_flow'))
    const bare = createEngine({ store, flows: [prepared] })
    await expect(bare.issueHandoff(to)).rejects.toThrow(/needs keys and handoffUrl/)
    await desktop(`${base}/order`, { method: 'DELETE' })
    await expect(engine.issueHandoff(to)).rejects.toThrow(code('session_gone'))
    for (const handoffUrl of ['/handoff', 'https://shop.example/#x', 7 as never])
      expect(() => createEngine({ store, flows: [prepared], handoffUrl })).toThrow(/handoffUrl/)
  })

  it('says that a key is missing, and leaves the session as it is', async () => {
    const { store, to, desktop, viewIn } = await begun()
    const other = createEngine({ store, flows: [prepared], keys: keys.slice(1), sealing: 'off', handoffUrl })
    await expect(other.issueHandoff(to)).rejects.toThrow(code('record_unreadable'))
    expect(await viewIn(desktop)).toMatchObject({ saved: true })
  })
})
