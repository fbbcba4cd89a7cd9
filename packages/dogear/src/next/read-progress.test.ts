// Progress while a server component renders. Next's headers and cookies are the only stand-in.

import { beforeEach, expect, it, vi } from 'vitest'
import { browser, site } from '../../fixtures/order.ts'
import { eventually, rig } from '../engine/harness.fixture.ts'
import { reporting } from '../engine/progress/progress.fixture.ts'
import { createHttp } from '../http/index.ts'
import { arrive } from './next-headers.fixture.ts'
import { readProgress } from './read-progress.ts'

vi.mock('next/headers.js', () => import('./next-headers.fixture.ts'))
vi.mock('next/server.js', () => import('./next-headers.fixture.ts'))
beforeEach(() => void arrive({}))

async function paying(name: string) {
  const effect = reporting()
  const here = rig({ flow: effect.flow as never, effectWaitMs: 1 })
  const http = createHttp({ engine: here.engine })
  const fetch = browser(http)
  const body = JSON.stringify({ opId: 'operation-of-an-order', event: { type: 'order' } })
  const headers = { 'Content-Type': 'application/json' }
  await fetch(`${site}/api/flows/${name}/events`, { method: 'POST', headers, body })
  return { ...effect, http, store: here.store, cookie: fetch.cookie }
}

it.each([
  ['checkout', {}],
  ['checkout@order-42', { key: 'order-42' }],
])('is what %s of the visitor has reported so far, for the first render of the page', async (name, options) => {
  const { flow, http, report, cookie, end } = await paying(name)
  report('Once upon a time')
  arrive({ cookie })
  await eventually(async () =>
    expect(await readProgress(http, flow, options)).toEqual({
      pay: { attempt: '1.1', text: 'Once upon a time', value: undefined },
    }),
  )
  arrive({})
  expect(await readProgress(http, flow, options)).toEqual({})
  end()
})

it('asks for nothing in a render ahead of a visit', async () => {
  const { flow, http, store, cookie, end } = await paying('checkout')
  arrive({ cookie }, 'ahead')
  store.calls.length = 0
  void readProgress(http, flow)
  await new Promise(setImmediate)
  expect(store.calls).toEqual([])
  end()
})

it('refuses a key that is none', async () => {
  const { flow, http, end } = await paying('checkout')
  await expect(readProgress(http, flow, { key: '@' })).rejects.toMatchObject({ code: 'invalid_request' })
  end()
})
