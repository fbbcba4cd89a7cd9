// The `test` of every spec: a demo to test against, and a browser in which every warning fails the test.
import { type BrowserContext, test as base, expect } from '@playwright/test'
import { type Demo, type DemoOptions, startDemo } from './demo.ts'

export { expect } from '@playwright/test'

// Chromium itself writes into the console about every request that fails.
const failed = (why: string) => new RegExp(`^Failed to load resource: ${why}`)
/** Always allowed: an event that is refused is part of the protocol. */
const refusal = failed('the server responded with a status of (409|410|422) ')
/** For tests that take the server or its store down. */
export const outage = failed('(net::ERR_|the server responded with a status of 50[023] )')
/** For tests that ask for a page there is none of. */
export const notFound = failed('the server responded with a status of 404 ')

type TestFixtures = {
  /** Set for tests that stop something: they get a demo of this kind to themselves. */
  own: DemoOptions | undefined
  /** What else the browser may write into its console. */
  mayLog: RegExp | undefined
  demo: Demo
  quiet: undefined
}

/**
 * `demo` is shared by the tests of one worker, so leave it running, or say `test.use({ own: {} })`.
 * Every test has a browser context of its own, and so a session of its own.
 */
export const test = base.extend<TestFixtures, { sharedDemo: () => Promise<Demo> }>({
  own: [undefined, { option: true }],
  mayLog: [undefined, { option: true }],
  sharedDemo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      let demo: Promise<Demo> | undefined
      await use(() => {
        demo ??= startDemo()
        return demo
      })
      await (await demo)?.stop()
    },
    { scope: 'worker' },
  ],
  demo: [
    async ({ own, sharedDemo }, use) => {
      if (!own) return use(await sharedDemo())
      const demo = await startDemo(own)
      await use(demo)
      await demo.stop()
    },
    { timeout: 120_000 },
  ],
  baseURL: async ({ demo }, use) => {
    await use(demo.url)
  },
  quiet: [
    async ({ context, mayLog }, use) => {
      const said = listen(context, mayLog)
      await use(undefined)
      expect(said, 'what the browser complained about').toEqual([])
    },
    { auto: true },
  ],
})

/** Collects warnings, errors and uncaught exceptions of every page of a context. */
function listen(context: BrowserContext, mayLog: RegExp | undefined): string[] {
  const said: string[] = []
  context.on('console', (message) => {
    const text = message.text()
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!refusal.test(text) && !mayLog?.test(text)) said.push(`${message.type()}: ${text}`)
  })
  context.on('weberror', (error) => said.push(`uncaught: ${error.error()}`))
  return said
}
