// A URL that no flow answers, and a browser that keeps no cookie: a page is told at once, by name.

import { afterEach, expect, it, vi } from 'vitest'
import { detailsSubmitted, flowUrl } from '../../fixtures/order.ts'
import { offline, openPage, status } from './page.fixture.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const html = { 'content-type': 'text/html; charset=utf-8' }
const page = '<!doctype html><h1>404</h1>'

it.each([
  ['a page that is not there', 404],
  ['a page that takes no such request', 405],
  ['a page in place of the route', 200],
])('%s is named after the first request', async (_, code) => {
  const { client, sent } = await openPage([status(code, html, page)])
  const result = await client.send(detailsSubmitted)
  expect(result).toMatchObject({ ok: false, problem: { code: 'wrong_url', status: code } })
  expect(result.ok || result.problem.detail).toContain(`${flowUrl}/events`)
  expect(client.getSnapshot()).toMatchObject({ problem: { code: 'wrong_url' }, view: { step: 'details' } })
  expect(sent).toHaveLength(1)
})

it('a redirect to another page is named with where it leads', async () => {
  const led = new Response(page, { headers: html })
  Object.defineProperties(led, { redirected: { value: true }, url: { value: 'https://shop.example/login' } })
  const { client } = await openPage([async () => led])
  expect(await client.send(detailsSubmitted)).toMatchObject({
    problem: { code: 'wrong_url', detail: expect.stringContaining('/events (https://shop.example/login)') },
  })
})

it('a look that finds no flow says so, one that finds nobody stays silent', async () => {
  const { client, faults } = await openPage([status(404, html, page)])
  await client.refresh()
  expect(client.getSnapshot().problem).toMatchObject({ code: 'wrong_url' })
  client.dismiss()
  vi.useFakeTimers()
  faults.push(offline, offline, offline, offline)
  const looking = client.refresh()
  await vi.runAllTimersAsync()
  await looking
  vi.useRealTimers()
  expect(client.getSnapshot().problem).toBeNull()
})

it('tells the developer in the console, in development only', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  for (const [mode, times] of [
    ['production', 0],
    ['development', 1],
  ] as const) {
    // The server behind the page is that of a test: in production it would ask for keys.
    vi.unstubAllEnvs()
    const { client } = await openPage([status(404, html, page)])
    vi.stubEnv('NODE_ENV', mode)
    await client.send(detailsSubmitted)
    expect(error).toHaveBeenCalledTimes(times)
  }
  expect(error.mock.calls[0]?.[0]).toContain(flowUrl)
})
