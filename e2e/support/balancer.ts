// A load balancer in front of several servers of the shop, which also serves their scripts as a CDN would.
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'

export type Balancer = {
  /** Hands requests to these ports, one after the other. Resolves once nothing is under way at any other. */
  to(ports: readonly number[]): Promise<void>
  /** While set, chooses the port of a request; undefined leaves the choice to the rotation. */
  rule: ((request: { method: string; path: string }) => number | undefined) | undefined
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' }
const assets = '/_next/static/'

/** `folders` are those of all builds, so that a page of an older build still finds its scripts. */
export async function startBalancer(port: number, folders: readonly string[]): Promise<Balancer> {
  let targets: readonly number[] = []
  let turn = 0
  const underWay = new Map<ServerResponse, { target: number; streams: boolean }>()

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = incoming
    const target = balancer.rule?.({ method, path: url }) ?? targets[turn++ % targets.length]
    if (target === undefined) {
      outgoing.writeHead(502).end()
      return
    }
    const way = { target, streams: false }
    underWay.set(outgoing, way)
    outgoing.once('close', () => underWay.delete(outgoing))
    const onward = request({ port: target, host: '127.0.0.1', method, path: url, headers, agent: false }, (answer) => {
      way.streams = /event-stream/.test(answer.headers['content-type'] ?? '')
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.once('error', () => outgoing.destroy())
      if (way.streams && !targets.includes(target)) outgoing.destroy()
    })
    onward.once('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()))
    outgoing.once('close', () => onward.destroy())
    incoming.pipe(onward)
  }

  function serveAsset(url: string, outgoing: ServerResponse): void {
    const path = normalize(decodeURIComponent(url.slice(assets.length).split('?')[0] ?? ''))
    const file = folders.map((folder) => join(folder, 'static', path)).find((one) => existsSync(one))
    if (!file) {
      outgoing.writeHead(404).end()
      return
    }
    const type = types[extname(file)] ?? 'application/octet-stream'
    outgoing.writeHead(200, { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' })
    createReadStream(file).pipe(outgoing)
  }

  const server = createServer((incoming, outgoing) =>
    incoming.url?.startsWith(assets) ? serveAsset(incoming.url, outgoing) : pass(incoming, outgoing),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })

  const balancer: Balancer = {
    rule: undefined,
    async to(ports) {
      targets = ports
      const others = () => [...underWay].filter(([, { target }]) => !ports.includes(target))
      // A stream never ends by itself; its browser opens another one.
      for (const [outgoing, { streams }] of others()) if (streams) outgoing.destroy()
      while (others().length > 0) await Promise.race(others().map(([outgoing]) => closed(outgoing)))
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return balancer
}

const closed = (outgoing: ServerResponse): Promise<unknown> =>
  new Promise((resolve) => {
    if (outgoing.closed) resolve(undefined)
    else outgoing.once('close', resolve)
  })
