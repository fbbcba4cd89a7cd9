// The tests of the routes, each request sent to a real Node server.

import { afterAll, vi } from 'vitest'

vi.mock('../http/http.ts', async (original) => {
  const actual = await original<typeof import('../http/http.ts')>()
  const { overNode } = await import('./server.fixture.ts')
  return { ...actual, createHttp: (options: never) => overNode(actual.createHttp(options)) }
})

afterAll(async () => {
  const { closeServers } = await import('./server.fixture.ts')
  await closeServers()
})

await import('../http/routes.fixture.ts')
