// The `test` of every spec: demos to test against, and a browser in which every warning fails the test.
import { type BrowserContext, test as base, expect } from '@playwright/test'
import { type Demo, type DemoOptions, startDemo } from './demo.ts'

export { expect } from '@playwright/test'

/** What Chromium itself writes into the console about an answer that refuses something, which is part of the protocol. */
const refused = /^Failed to load resource: the server responded with a status of (409|410|422) /
/** And during an outage, for tests that cause one. */
const unreachable = /^Failed to load resource: (net::ERR_|the server responded with a status of 50[023] )/

type TestFixtures = {
  /** Set by tests that take the server or its store down: requests that fail are then no news. */
  outage: boolean
  /** Starts a demo that only this test uses; it is stopped afterwards. */
  startOwnDemo: (options?: DemoOptions) => Promise<Demo>
  /** Opens a browser that a test needs besides its own, on `demo`, with the same eye on its console. */
  openContext: (demo: Demo) => Promise<BrowserContext>
  quiet: undefined
}

type WorkerFixtures = { demo: Demo }

/**
 * `demo` is shared by the tests of one worker, so leave it running; a test that stops something calls `startOwnDemo`.
 * Every test has a browser context of its own, and so a session of its own.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  outage: [false, { option: true }],
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      const demo = await startDemo()
      await use(demo)
      await demo.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ demo }, use) => {
    await use(demo.url)
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  startOwnDemo: async ({}, use) => {
    const demos: Demo[] = []
    await use(async (options) => {
      const demo = await startDemo(options)
      demos.push(demo)
      return demo
    })
    await Promise.all(demos.map((demo) => demo.stop()))
  },
  openContext: async ({ browser, outage }, use) => {
    const contexts: { context: BrowserContext; said: string[] }[] = []
    await use(async (demo) => {
      const context = await browser.newContext({ baseURL: demo.url })
      contexts.push({ context, said: listen(context, outage) })
      return context
    })
    for (const { context, said } of contexts) {
      await context.close()
      expect(said, 'what the browser complained about').toEqual([])
    }
  },
  quiet: [
    async ({ context, outage }, use) => {
      const said = listen(context, outage)
      await use(undefined)
      expect(said, 'what the browser complained about').toEqual([])
    },
    { auto: true },
  ],
})

/** Collects warnings, errors and uncaught exceptions of every page of a context. */
function listen(context: BrowserContext, outage: boolean): string[] {
  const said: string[] = []
  context.on('console', (message) => {
    const text = message.text()
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!refused.test(text) && !(outage && unreachable.test(text))) said.push(`${message.type()}: ${text}`)
  })
  context.on('weberror', (error) => said.push(`uncaught: ${error.error()}`))
  return said
}
