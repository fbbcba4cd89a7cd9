// Sites by https under names of their own: the shop, a sibling of it, strangers, with a note of all that arrives.
import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { certificateFor } from '../../packages/dogear/fixtures/certificate.ts'

/** A request as it arrived, with the status of its answer once there is one. */
export type Arrived = {
  host: string
  method: string
  path: string
  headers: IncomingHttpHeaders
  status: number | undefined
}

export type Sites = {
  /** The origin of a site: `shop.test` is the demo; every other host answers with a page that does nothing. */
  origin(host: string): string
  arrived: Arrived[]
  /** Answers for a host in place of the page that does nothing. */
  answer: Map<string, (request: IncomingMessage, response: ServerResponse) => void>
  close(): Promise<void>
}

/** Chromium finds every name of the tests on this machine. */
export const resolving = '--host-resolver-rules=MAP *.test 127.0.0.1'

export async function openSites(port: number, demoUrl: string): Promise<Sites> {
  const arrived: Arrived[] = []
  const answer: Sites['answer'] = new Map()
  const server = createServer(certificateFor('shop.test'), (incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming
    const host = (headers.host ?? '').split(':')[0] ?? ''
    const noted: Arrived = { host, method, path, headers, status: undefined }
    arrived.push(noted)
    outgoing.once('close', () => {
      noted.status = outgoing.headersSent ? outgoing.statusCode : undefined
    })
    if (host === 'shop.test') return pass(incoming, outgoing, demoUrl)
    const own = answer.get(host)
    if (own) return own(incoming, outgoing)
    incoming.resume()
    outgoing.setHeader('content-type', 'text/html').end(`<!doctype html><title>${host}</title>`)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    origin: (host) => `https://${host}:${port}`,
    arrived,
    answer,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Hands a request on as it is, its host included, as a proxy that ends TLS does. */
function pass(incoming: IncomingMessage, outgoing: ServerResponse, demoUrl: string): void {
  const { method = 'GET', url = '/', headers } = incoming
  const { port } = new URL(demoUrl)
  const onward = request({ port, host: '127.0.0.1', method, path: url, headers, agent: false }, (answered) => {
    outgoing.writeHead(answered.statusCode ?? 502, answered.headers)
    answered.pipe(outgoing)
    answered.once('error', () => outgoing.destroy())
  })
  onward.once('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()))
  outgoing.once('close', () => onward.destroy())
  incoming.pipe(onward)
}
