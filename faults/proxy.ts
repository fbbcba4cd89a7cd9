// A TCP proxy in front of Redis that understands commands well enough to lose exactly one of them, or its reply.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { frameEnd, wordsAt } from './resp.ts'

/** The fate of one command: `drop-reply` lets Redis run it, but closes the connection before the reply arrives. */
export type Fate = 'pass' | 'drop-reply' | 'drop-request'

/**
 * How bytes travel: `blackhole` keeps them until the line is another one, as TCP would; `split` sends them one by one.
 */
export type Line = { mode: 'pass' | 'blackhole' | 'split' } | { mode: 'delay'; ms: number }

export type RedisProxy = {
  port: number
  /** Decides on every command; the words are as sent. */
  decide: (words: Buffer[]) => Fate
  line: Line
  dropped: { requests: number; replies: number }
  close(): Promise<void>
}

export async function startProxy(redisPort: number): Promise<RedisProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const redis = connect(redisPort, '127.0.0.1')
    for (const socket of [client, redis]) {
      sockets.add(socket.setNoDelay(true))
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        redis.destroy()
      })
    }
    join(proxy, client, redis)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: RedisProxy = {
    port: (server.address() as AddressInfo).port,
    decide: () => 'pass',
    line: { mode: 'pass' },
    dropped: { requests: 0, replies: 0 },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
  return proxy
}

function join(proxy: RedisProxy, client: Socket, redis: Socket): void {
  // Answers come in the order of the commands, so counting is enough to find the one to lose.
  const awaited: Fate[] = []
  const cut = () => {
    client.destroy()
    redis.destroy()
  }
  const toRedis = sender(proxy, redis)
  const toClient = sender(proxy, client)

  client.on(
    'data',
    frames((frame) => {
      const fate = proxy.decide(wordsAt(frame, 0))
      if (fate === 'drop-request') {
        proxy.dropped.requests++
        return cut()
      }
      awaited.push(fate)
      toRedis(frame)
    }),
  )
  redis.on(
    'data',
    frames((frame) => {
      // A push message answers no command.
      const fate = frame[0] === pushMark ? 'pass' : awaited.shift()
      if (fate === 'drop-reply') {
        proxy.dropped.replies++
        return cut()
      }
      toClient(frame)
    }),
  )
}

const pushMark = '>'.charCodeAt(0)

function frames(take: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (let end = frameEnd(rest, at); end > 0; end = at < rest.length ? frameEnd(rest, at) : -1) {
      take(rest.subarray(at, end))
      at = end
    }
    rest = rest.subarray(at)
  }
}

/** Sends in order, as the line behaves at that moment. */
function sender(proxy: RedisProxy, to: Socket): (bytes: Buffer) => void {
  let last: Promise<void> = Promise.resolve()
  let queued = 0
  const send = async (bytes: Buffer) => {
    // Bytes are late or the line is cut; TCP never leaves some out.
    while (proxy.line.mode === 'blackhole' && !to.destroyed) await sleep(10)
    const { line } = proxy
    if (line.mode === 'delay') await sleep(line.ms)
    if (line.mode !== 'split') return void to.write(bytes)
    for (const byte of bytes) {
      to.write(Uint8Array.of(byte))
      await new Promise(setImmediate)
    }
  }
  return (bytes) => {
    if (queued === 0 && proxy.line.mode === 'pass') return void to.write(bytes)
    queued++
    last = last.then(() => send(bytes)).finally(() => queued--)
  }
}
