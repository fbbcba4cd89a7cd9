// A TCP relay whose other end can be moved, or cut off with all that is under way.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Relay = {
  port: number
  /** The port connections go to from now on; undefined refuses them. Those that are open end at once. */
  pointTo(port: number | undefined): void
  close(): Promise<void>
}

/** Ties two sockets together: with one the other ends. Both are in `open` as long as they live. */
export function tie(here: Socket, there: Socket, open: Set<Socket>): void {
  for (const [socket, other] of [
    [here, there],
    [there, here],
  ] as const) {
    open.add(socket.setNoDelay(true))
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      other.destroy()
    })
  }
}

export async function startRelay(port: number): Promise<Relay> {
  const open = new Set<Socket>()
  let target: number | undefined = port
  const server = createServer((here) => {
    if (target === undefined) return void here.destroy()
    const there = connect(target, '127.0.0.1')
    tie(here, there, open)
    here.pipe(there).pipe(here)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    pointTo(next) {
      target = next
      cut()
    },
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
