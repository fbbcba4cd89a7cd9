// A proxy that cuts the answers it passes on at any byte, and connects to another server after each cut.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** `at`: bytes of the answer after its headers, so a negative one is within them. `to` names the server. */
export type Cut = { at: number; to: number }

export type CuttingProxy = {
  port: number
  /** The cuts that were made so far. */
  made(): number
  /** The cuts that fell into the middle of a character. */
  insideCharacters(): number
  close(): void
}

/**
 * A connection has the first cut that was not made yet; those after the last have none. A page has one at a time.
 * `portOf` finds the port of a server.
 */
export async function cuttingProxy(portOf: (to: number) => number, cuts: readonly Cut[]): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let [made, insideCharacters] = [0, 0]

  const server = createServer((socket) => {
    const cut = cuts[made]
    const upstream = connect(portOf(cut?.to ?? 0), '127.0.0.1')
    const both = [socket, upstream]
    const end = () => {
      for (const one of both) {
        one.destroy()
        sockets.delete(one)
      }
    }
    for (const one of both) {
      sockets.add(one)
      one.on('error', end)
      one.on('close', end)
    }
    socket.pipe(upstream)
    let passed: Buffer = Buffer.alloc(0)
    upstream.on('data', (bytes) => {
      if (!cut) return void socket.write(bytes)
      const before = passed.length
      passed = Buffer.concat([passed, bytes])
      const body = passed.indexOf('\r\n\r\n') + 4
      const left = body < 4 ? bytes.length : body + cut.at - before
      if (left >= bytes.length) return void socket.write(bytes)
      made++
      if (((bytes[Math.max(0, left)] ?? 0) & 0xc0) === 0x80) insideCharacters++
      upstream.removeAllListeners('data')
      socket.end(bytes.subarray(0, Math.max(0, left)), end)
    })
  })

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    made: () => made,
    insideCharacters: () => insideCharacters,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
