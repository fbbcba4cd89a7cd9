// A client that is not ready: only what is known is said of its Redis.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { recommendedRedisOptions } from './options.ts'
import { redisStore } from './store.ts'

/** A server that answers a command, given in lower case, with a line; or is silent. */
async function serverThat(answers: (command: string) => string | undefined) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const commands = `${bytes}`.split(/(?=\*\d+\r\n)/).map((one) => one.split('\r\n').filter((_, at) => at % 2 === 0))
      for (const [, name = ''] of commands) {
        const answer = answers(name.toLowerCase())
        if (answer !== undefined) socket.write(`${answer}\r\n`)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = new Redis((server.address() as AddressInfo).port, '127.0.0.1', recommendedRedisOptions)
  client.on('error', () => {})
  const end = () => {
    client.disconnect()
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { store: redisStore(client), end }
}

const text = (said: string) => `$${said.length}\r\n${said}`
const loading = 'LOADING Redis is loading the dataset in memory'

it.each([
  [
    'says that it is loading',
    true,
    (name: string) => (name === 'info' ? text('loading:1\r\nloading_eta_seconds:60') : `-${loading}`),
  ],
  ['accepts the connection and is silent', false, () => undefined],
  ['falls silent after its greeting', false, (name: string) => (name === 'info' ? undefined : '+OK')],
])('a Redis that %s is said to be loading: %j', async (_, isLoading, answers) => {
  const { store, end } = await serverThat(answers)
  const error: Error = await store.read('a').then(
    () => new Error('it was read'),
    (error) => error,
  )
  end()
  expect(error).toMatchObject({ code: 'store_unavailable' })
  if (isLoading) expect(error.message).toMatch('Redis is loading its data')
  else expect(error.message).not.toMatch(/loading/)
})

it('a client whose process was busy for as long as one waits sends its request all the same', async () => {
  const asked: string[] = []
  const { store, end } = await serverThat((name) => {
    asked.push(name)
    return name === 'info' ? text('loading:0') : '+OK'
  })
  const read = store.read('a').catch(() => 'an answer that is none')
  const until = performance.now() + 2_500
  while (performance.now() < until);
  await read
  end()
  expect(asked.join(' ')).toMatch(/info .*(eval|hmget|get)/)
})
