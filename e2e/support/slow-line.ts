// A line between a browser and the shop on which a request can be kept on its way.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Kept = {
  /** Resolves once the request is on its way: the browser has sent it, the shop has nothing of it. */
  sent: Promise<void>
  /** Hands it on to the shop. */
  release(): void
}

export type SlowLine = {
  /** For the context of a browser, all of whose requests then go over this line. */
  proxy: { server: string; bypass: string }
  /** Keeps the next request with this method and path. */
  keep(method: string, path: string): Kept
  close(): Promise<void>
}

export async function openSlowLine(): Promise<SlowLine> {
  let next: { method: string; path: string; arrive: () => void; released: Promise<void> } | undefined

  const server = createServer(async (incoming, outgoing) => {
    // A browser names the whole address where it sends to a proxy.
    const { hostname, port, pathname, search } = new URL(incoming.url ?? '')
    const { method, headers } = incoming
    if (next && next.method === method && next.path === pathname) {
      const { arrive, released } = next
      next = undefined
      arrive()
      await released
    }
    const onward = request({ hostname, port, path: pathname + search, method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.once('error', () => outgoing.destroy())
    outgoing.once('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    // Chromium would go around a proxy to this machine itself.
    proxy: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bypass: '<-loopback>' },
    keep(method, path) {
      let [arrive, release] = [() => {}, () => {}]
      const sent = new Promise<void>((resolve) => (arrive = resolve))
      const released = new Promise<void>((resolve) => (release = resolve))
      next = { method, path, arrive, released }
      return { sent, release }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
