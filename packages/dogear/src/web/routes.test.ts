// The tests of the routes, each request answered by the handler for web-standard servers.

import { vi } from 'vitest'

vi.mock('../http/http.ts', async (original) => {
  const actual = await original<typeof import('../http/http.ts')>()
  const { toFetchHandler } = await import('./index.ts')
  const overWeb = (options: never) => {
    const http = actual.createHttp(options)
    return { ...http, handle: toFetchHandler(http) }
  }
  return { ...actual, createHttp: overWeb }
})

await import('../http/routes.fixture.ts')
