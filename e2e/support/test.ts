// The `test` of every spec: a demo per worker, and a page that is already pointed at it.
import { test as base } from '@playwright/test'
import { type Demo, type StoreKind, startDemo } from './demo.ts'

export { expect } from '@playwright/test'

/**
 * `demo` is shared by the tests of one worker, so leave it running; a test that kills its server calls `startDemo` itself.
 * Every test has a browser context of its own, and so a session of its own. `test.use({ store: 'redis' })` chooses the store.
 */
export const test = base.extend<object, { store: StoreKind; demo: Demo }>({
  store: ['pglite', { option: true, scope: 'worker' }],
  demo: [
    async ({ store }, use) => {
      const demo = await startDemo({ store })
      await use(demo)
      await demo.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ demo }, use) => {
    await use(demo.url)
  },
})
