// Progress as a server reads it for a page.

import { describe, expect, it } from 'vitest'
import { browser, site } from '../../fixtures/order.ts'
import { eventually, rig, watch } from '../engine/harness.fixture.ts'
import { reporting } from '../engine/progress/progress.fixture.ts'
import { createHttp } from '../http/index.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { readProgress } from './read-progress.ts'

/** A shop where someone has placed an order, under a key if there is one. */
async function paying({ key, faults }: { key?: string; faults?: (inner: Store) => Partial<Store> } = {}) {
  const effect = reporting()
  const { engine, store, errors } = rig({
    flow: effect.flow as never,
    store: watch(memoryStore(), faults),
    effectWaitMs: 1,
  })
  const http = createHttp({ engine })
  const fetch = browser(http)
  const body = JSON.stringify({ opId: 'operation-of-an-order', event: { type: 'order' } })
  const headers = { 'Content-Type': 'application/json' }
  const name = key === undefined ? 'checkout' : `checkout@${key}`
  await fetch(`${site}/api/flows/${name}/events`, { method: 'POST', headers, body })
  const ask = (cookie = fetch.cookie, options = {}) =>
    readProgress(http, effect.flow, new Request(`${site}/checkout`, { headers: { cookie } }), options)
  store.calls.length = 0
  return { ...effect, http, store, errors, ask, cookie: fetch.cookie }
}

describe('readProgress', () => {
  it('is all that the attempt under way has said, in one look at the record and one at its progress', async () => {
    const { report, ask, store, end } = await paying()
    expect(await ask()).toEqual({})
    for (const chunk of ['Once', ' upon', { percent: 40 }, ' a time']) report(chunk)
    await eventually(() => expect(store.calls).toContain('addProgress'))
    await eventually(async () =>
      expect(await ask()).toEqual({ pay: { attempt: '1.1', text: 'Once upon a time', value: { percent: 40 } } }),
    )
    store.calls.length = 0
    await ask()
    expect(store.calls).toEqual(['read', 'progressOf'])
    end()
    await eventually(async () => expect(await ask()).toEqual({}))
    store.calls.length = 0
    await ask()
    // Nothing is under way, so nothing is asked for.
    expect(store.calls).toEqual(['read'])
  })

  it('is nothing of an attempt that has failed', async () => {
    const { report, reports, ask, end } = await paying()
    report('the first')
    await eventually(async () => expect(await ask()).toMatchObject({ pay: { text: 'the first' } }))
    end({ fail: true })
    await eventually(() => expect(reports).toHaveLength(2))
    expect(await ask()).toEqual({})
    report('the second')
    await eventually(async () =>
      expect(await ask()).toEqual({
        pay: { attempt: '1.2', text: 'the second', value: undefined },
      }),
    )
    end()
  })

  it('is nothing for a stranger, without a look into the store where there is no cookie', async () => {
    const { report, ask, store, cookie, end } = await paying()
    report('private')
    await eventually(async () => expect(await ask()).toMatchObject({ pay: { text: 'private' } }))
    store.calls.length = 0
    expect(await ask('')).toEqual({})
    expect(store.calls).toEqual([])
    expect(await ask(cookie.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')))).toEqual({})
    end()
  })

  it('is that of the session under a key', async () => {
    const { report, ask, cookie, end } = await paying({ key: 'order-42' })
    report('of 42')
    await eventually(async () =>
      expect(await ask(cookie, { key: 'order-42' })).toMatchObject({ pay: { text: 'of 42' } }),
    )
    expect(await ask()).toEqual({})
    await expect(ask(cookie, { key: '@' })).rejects.toMatchObject({ code: 'invalid_request' })
    end()
  })

  it('is nothing where the store does not hand it out, and the page is shown all the same', async () => {
    const { ask, errors, end } = await paying({
      faults: () => ({ progressOf: () => Promise.reject(new Error('NOPERM')) }),
    })
    expect(await ask()).toEqual({})
    expect(errors).toMatchObject([{ code: 'store_unavailable' }])
    end()
  })

  it('rejects where the session cannot be read', async () => {
    let down = false
    const { ask, end } = await paying({
      faults: ({ read }) => ({ read: (...args) => (down ? Promise.reject(new Error('down')) : read(...args)) }),
    })
    down = true
    await expect(ask()).rejects.toMatchObject({ code: 'store_unavailable' })
    end()
  })
})
