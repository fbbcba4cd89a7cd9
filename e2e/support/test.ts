// The `test` of every spec: it provides a demo, and a browser in which every warning fails the test.
import { type BrowserContext, test as base, expect } from '@playwright/test'
import type { AssistantStandIn } from './assistant-stand-in.ts'
import { type Demo, type DemoOptions, startDemo } from './demo.ts'

export { expect } from '@playwright/test'

// Chromium logs every failed request to the console.
const failed = (why: string) => new RegExp(`^Failed to load resource: ${why}`)
/** Always allowed: an event that is refused is part of the protocol. */
const refusal = failed('the server responded with a status of (409|410|422) ')
/** For tests that take the server or its store down. */
export const outage = failed('(net::ERR_|the server responded with a status of 50[023] )')
/** For tests that ask for a page that does not exist. */
export const notFound = failed('the server responded with a status of 404 ')

type TestFixtures = {
  /** The kind of demo; the tests of one worker share one of each kind, so leave it as it was. */
  shared: DemoOptions
  /** Set for tests that stop something: they get a demo of this kind to themselves. */
  own: DemoOptions | undefined
  /** Console messages of the browser that do not fail the test, besides refusals. */
  mayLog: RegExp | undefined
  demo: Demo
  quiet: undefined
}

/** Every test has a browser context of its own, and so a session of its own; and charges and requests of its own. */
export const test = base.extend<TestFixtures, { demos: (options: DemoOptions) => Promise<Demo> }>({
  shared: [{}, { option: true }],
  own: [undefined, { option: true }],
  mayLog: [undefined, { option: true }],
  demos: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      const demos = new Map<string, Promise<Demo>>()
      await use(({ store = 'redis', env = {}, assistant = false, of }) => {
        const kind = JSON.stringify({ store, env, assistant, of })
        const demo = demos.get(kind) ?? startDemo({ store, env, assistant })
        demos.set(kind, demo)
        return demo
      })
      await Promise.all([...demos.values()].map(async (demo) => (await demo).stop()))
    },
    { scope: 'worker' },
  ],
  demo: [
    async ({ shared, own, demos }, use) => {
      const demo = own ? await startDemo(own) : await demos(shared)
      const before = (await demo.charges()).length
      const charges = async () => (await demo.charges()).slice(before)
      const model = (own ?? shared).assistant ? await ofThisTest(demo.assistant) : undefined
      await use(Object.create(demo, { charges: { value: charges }, ...(model && { assistant: { value: model } }) }))
      if (own) return await demo.stop()
      // Orders that a test has left would meet the next one.
      await model?.calm()
      await demo.payments.release()
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

/** The same stand-in, with the requests that come from now on. */
async function ofThisTest(assistant: AssistantStandIn): Promise<AssistantStandIn> {
  const before = (await assistant.requests()).length
  return { ...assistant, requests: async () => (await assistant.requests()).slice(before) }
}

/** Collects warnings, errors and uncaught exceptions of every page of a context. */
export function listen(context: BrowserContext, mayLog: RegExp | undefined): string[] {
  const said: string[] = []
  context.on('console', (message) => {
    const text = message.text()
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!refusal.test(text) && !mayLog?.test(text)) said.push(`${message.type()}: ${text} (${message.location().url})`)
  })
  context.on('weberror', (error) => said.push(`uncaught: ${error.error()}`))
  return said
}
