// The tests of the routes, each request answered by the exports of a Next route file.

import { vi } from 'vitest'

vi.mock('../http/http.ts', async (original) => {
  const actual = await original<typeof import('../http/http.ts')>()
  const { createRouteHandlers } = await import('./route-handlers.ts')
  const overNext = (options: never) => {
    const http = actual.createHttp(options)
    const handlers: Record<string, typeof http.handle> = createRouteHandlers(http)
    // Next itself answers the methods that the file does not export.
    return { ...http, handle: (request: Request) => (handlers[request.method] ?? http.handle)(request) }
  }
  return { ...actual, createHttp: overNext }
})

await import('../http/routes.fixture.ts')
