// A TCP proxy in front of Postgres: away, silent, slow, or losing the reply to what it has just carried out.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { tie } from './relay.ts'

/** `away` refuses connections and ends those that are open. `silent` keeps all bytes until the line is another one. */
export type PostgresLine = 'pass' | 'away' | 'silent' | { delayMs: number }

export type PostgresProxy = {
  port: number
  /** How bytes travel from now on. */
  become(line: PostgresLine): void
  /** True for a request that is to be carried out, and its connection ended before the reply. */
  loses: () => boolean
  /** How many replies were lost. */
  lost: number
  close(): Promise<void>
}

export async function startPostgresProxy(target: { host: string; port: number }): Promise<PostgresProxy> {
  const open = new Set<Socket>()
  let line: PostgresLine = 'pass'
  const cut = () => {
    for (const socket of open) socket.destroy()
  }

  /** Sends in order, as the line behaves at that moment. */
  function sender(to: Socket): (bytes: Buffer) => void {
    let last = Promise.resolve()
    return (bytes) => {
      last = last.then(async () => {
        while (line === 'silent' && !to.destroyed) await sleep(10)
        if (typeof line === 'object') await sleep(line.delayMs)
        if (!to.destroyed) to.write(bytes)
      })
    }
  }

  const server = createServer((client) => {
    if (line === 'away') return void client.destroy()
    const postgres = connect(target.port, target.host)
    tie(client, postgres, open)
    const [toPostgres, toClient] = [sender(postgres), sender(client)]
    // The first answers are those to its greeting.
    let greeted = false
    let losing = false
    client.on('data', (bytes) => {
      losing ||= greeted && proxy.loses()
      toPostgres(bytes)
    })
    postgres.on('data', (bytes) => {
      if (losing) {
        proxy.lost++
        client.destroy()
        return
      }
      toClient(bytes)
      greeted ||= bytes.includes(readyForQuery)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: PostgresProxy = {
    port: (server.address() as AddressInfo).port,
    loses: () => false,
    lost: 0,
    become(next) {
      line = next
      if (line === 'away') cut()
    },
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
  return proxy
}

const readyForQuery = Buffer.from([...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')])
