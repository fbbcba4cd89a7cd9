// The page never says that something is saved when it is not, whatever the network does.

import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
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

it(`says saved only of what the session holds, and loses nothing with the tab (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25, size: 'max' }), async (happenings) => {
      localStorage.clear()
      const world = createTabWorld(names)
      const browser = { world, tab: await world.open() }
      const told: string[] = []
      for (const [said, happen] of happenings) {
        told.push(said)
        await happen(browser)
        await vi.advanceTimersByTimeAsync(0)
        await isTrue(browser, told.join(', '))
      }
      browser.tab.close()
      for (const request of [...world.pending]) request.fail()
      vi.clearAllTimers()
    }),
    { seed, numRuns },
  )
}, 300_000)
