// The page never says that something is saved when it is not, whatever the network does.

import { createServer, type RequestOptions, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { serve } from '../../fixtures/order.ts'
import type { Http } from '../http/index.ts'
import { createTabWorld, shownIn, type Tab, type TabWorld } from './form-tab.fixture.ts'

const names = ['name', 'email', 'note']
const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)
const numRuns = Number(process.env.FC_RUNS ?? 500)

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => {
  vi.useRealTimers()
  localStorage.clear()
})

const cardNumber = '4111 1111 1111 1111'
const tooLarge = '字'.repeat(30_000)
const halfAnEmoji = 'Ada \ud83d'
const value = fc.constantFrom('', 'a', 'b', 'Ada', 'ada@example.org', cardNumber, tooLarge, halfAnEmoji)
const refusal = fc.constantFrom(400, 408, 413, 415, 422, 429, 500, 503)

type Browser = { world: TabWorld; tab: Tab }
type Happening = readonly [said: string, (browser: Browser) => unknown]
const one = <T,>(
  said: string,
  of: fc.Arbitrary<T>,
  run: (browser: Browser, of: T) => unknown,
): fc.Arbitrary<Happening> =>
  of.map((values) => [`${said} ${JSON.stringify(values).slice(0, 40)}`, (browser) => run(browser, values)])
const always = fc.constant(null)

const types = one('types', fc.tuple(fc.constantFrom(...names), value), ({ tab }, of) => tab.type(...of))
const waits = one('waits', fc.constantFrom(0, 200, 800, 1500, 5000), (_, ms) => vi.advanceTimersByTimeAsync(ms))
const closes = one('closes', fc.boolean(), async (browser, late) => {
  const { world, tab } = browser
  const before = shownIn(tab)
  const { refused } = tab.client.getSnapshot().draft
  tab.close()
  if (!late) for (const request of [...world.pending]) await request.reach()
  browser.tab = await world.open()
  await vi.advanceTimersByTimeAsync(0)
  for (const request of [...world.pending]) request.fail()
  const after = shownIn(browser.tab)
  for (const name of names) {
    const given = String(before[name])
    if (!(name in refused) && given !== cardNumber && given !== tooLarge)
      expect([name, after[name]]).toEqual([name, given])
  }
})
const first =
  (run: (request: TabWorld['pending'][number]) => unknown) =>
  ({ world }: Browser) => {
    const [request] = world.pending
    return request && run(request)
  }
const happening = fc.oneof(
  { weight: 4, arbitrary: types },
  { weight: 3, arbitrary: waits },
  {
    weight: 4,
    arbitrary: one(
      'answer',
      always,
      first((request) => request.answer()),
    ),
  },
  one(
    'reach',
    always,
    first((request) => request.reach()),
  ),
  one(
    'fail',
    always,
    first((request) => request.fail()),
  ),
  one('refuse', refusal, (browser, status) => first((request) => request.refuse(status))(browser)),
  one('submits', always, ({ tab }) => tab.submit()),
  closes,
)

async function isTrue({ world, tab }: Browser, told: string) {
  const { draft } = tab.client.getSnapshot()
  const stored = JSON.stringify({ ...localStorage })
  expect(stored.includes(cardNumber), told).toBe(false)
  if (draft.state !== 'saved' && !draft.buffered) return
  const shown = shownIn(tab)
  const held: Record<string, unknown> = draft.buffered
    ? { ...(await world.record()), ...bufferedValues() }
    : await world.record()
  expect(held, `${draft.state}: ${told}`).toEqual(shown)
}

/** The values kept in the browser, by field. */
function bufferedValues(): Record<string, unknown> {
  const [entry = '{"fields":{}}'] = Object.values({ ...localStorage }) as string[]
  const { fields } = JSON.parse(entry) as { fields: Record<string, { value: unknown }> }
  return Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]))
}

type Network = typeof fetch | undefined

async function hold(runs: number, network: () => Promise<Network>): Promise<ReadonlySet<string>> {
  const said = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25, size: 'max' }), async (happenings) => {
      localStorage.clear()
      const world = createTabWorld(names, await network())
      const browser = { world, tab: await world.open() }
      const told: string[] = []
      try {
        for (const [what, happen] of happenings) {
          told.push(what)
          await happen(browser)
          await vi.advanceTimersByTimeAsync(0)
          await isTrue(browser, told.join(', '))
          const { state, buffered } = browser.tab.client.getSnapshot().draft
          said.add(state).add(buffered ? 'buffered' : state)
        }
      } finally {
        // Nothing of this story may be left for the next one, which looks for a shorter one that fails.
        browser.tab.close()
        for (const request of [...world.pending]) request.fail()
        vi.clearAllTimers()
      }
    }),
    { seed, numRuns: runs },
  )
  return said
}

it(`says saved only of what the session holds, and loses nothing with the tab (seed ${seed})`, async () => {
  const said = await hold(numRuns, async () => undefined)
  expect([...said]).toEqual(expect.arrayContaining(['saved', 'buffered', 'failed']))
}, 300_000)

it(`does so before a real listener, too (seed ${seed})`, async () => {
  const server = listen(serve().http)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const said = await hold(Math.ceil(numRuns / 10), async () => visitor(port))
  expect([...said]).toContain('saved')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}, 300_000)

function listen(http: Http): Server {
  return createServer(async (incoming, answer) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part)
    const { method = 'GET', headers } = incoming
    const url = `https://${headers.host}${incoming.url}`
    const body = method === 'GET' ? null : Buffer.concat(parts).toString()
    const response = await http.handle(new Request(url, { method, headers: headers as HeadersInit, body }))
    answer.writeHead(response.status, { 'set-cookie': response.headers.getSetCookie() })
    answer.end(await response.text())
  })
}

/** The `fetch` of another browser each time, which keeps its cookies. */
function visitor(port: number): typeof fetch {
  let cookie = ''
  return async (input, init) => {
    const url = new URL(String(input))
    const headers = {
      ...(init?.headers as object),
      host: url.host,
      'sec-fetch-site': 'same-origin',
      ...(cookie && { cookie }),
    }
    const { status, body, cookies } = await send(
      port,
      { path: url.pathname, method: init?.method ?? 'GET', headers },
      init?.body,
    )
    for (const set of cookies) cookie = set.split(';')[0] ?? ''
    return new Response(body, { status })
  }
}

type Sent = { status: number; body: string; cookies: readonly string[] }

function send(port: number, options: RequestOptions, body: unknown): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, port, host: '127.0.0.1', agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: text, cookies: answer.headers['set-cookie'] ?? [] }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
