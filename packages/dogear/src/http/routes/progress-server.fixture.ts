// A server of one session's progress: in this process, or run as a program of its own on Redis, which prints its port.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { Redis } from 'ioredis'
import { shop } from '../../engine/effects/shop.fixture.ts'
import { createEngine, type Engine } from '../../engine/engine.ts'
import type { Flow } from '../../flow/define.ts'
import { createNodeListener } from '../../node/index.ts'
import { recommendedRedisOptions } from '../../redis/options.ts'
import { redisStore } from '../../redis/store.ts'
import type { Store } from '../../store/store.ts'
import { createHttp } from '../http.ts'

export type ProgressServer = { engine: Engine; server: Server; port: number; end(): Promise<void> }

export async function serveProgress(store: Store, flow: Flow): Promise<ProgressServer> {
  const engine = createEngine({ store, flows: [flow], leaseMs: 120_000, effectWaitMs: 1 })
  const limits = { streamsPerSession: 1_000 }
  const server = createServer(createNodeListener(createHttp({ engine, limits, insecureOnLocalhost: true })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    engine,
    server,
    port: (server.address() as AddressInfo).port,
    async end() {
      server.close()
      server.closeAllConnections()
      await engine.close(0)
    },
  }
}

/** A process that runs no effects. */
if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const [url = '', prefix = ''] = argv.slice(2)
  const { flow } = shop({ provider: () => new Promise(() => {}) })
  const { port } = await serveProgress(redisStore(new Redis(url, recommendedRedisOptions), { prefix }), flow)
  process.stdout.write(`${port}\n`)
}
