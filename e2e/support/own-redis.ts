// A Redis that belongs to one demo: it can hang, die, come back and be inspected.
import { Redis } from 'ioredis'
import { startRedis } from '../../scripts/services.mjs'

export type OwnRedis = {
  url: string
  /** Stops it in its tracks (SIGSTOP): connections stay open and nothing answers. */
  hang(): void
  /** Lets it go on after `hang`. */
  resume(): void
  /** Ends it at once, with SIGKILL. */
  kill(): Promise<void>
  /** Starts it again after `kill`: same port, and every write it had acknowledged. */
  start(): Promise<void>
  keys(): Promise<string[]>
  /** The value of every key: sessions as bytes in hexadecimal, scores of the agenda, leases, codes. */
  contents(): Promise<Record<string, unknown>>
  /** The commands clients sent while `work` ran, without what scripts run inside. */
  commandsDuring(work: () => Promise<unknown>): Promise<string[][]>
  stop(): Promise<void>
}

export async function startOwnRedis(folder: string): Promise<OwnRedis> {
  let server = await startRedis({ folder })
  const port = Number(new URL(server.url).port)

  async function withClient<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(server.url)
    try {
      return await work(client)
    } finally {
      client.disconnect()
    }
  }

  return {
    url: server.url,
    hang: () => server.process.kill('SIGSTOP'),
    resume: () => server.process.kill('SIGCONT'),
    kill: async () => {
      server.process.kill('SIGKILL')
      await server.process.exited
    },
    start: async () => {
      server = await startRedis({ folder, port })
    },
    keys: () => withClient(async (client) => (await client.keys('*')).sort()),
    contents: () =>
      withClient(async (client) => {
        const found: Record<string, unknown> = {}
        for (const key of (await client.keys('*')).sort()) {
          const kind = await client.type(key)
          if (kind === 'zset') found[key] = await client.zrange(key, '0', '-1', 'WITHSCORES')
          else if (kind === 'hash') found[key] = await client.hgetall(key)
          else found[key] = (await client.getBuffer(key))?.toString('hex')
        }
        return found
      }),
    commandsDuring: (work) =>
      withClient(async (client) => {
        const monitor = await client.monitor()
        const commands: string[][] = []
        const ended = `ended-${Date.now()}`
        const seen = new Promise<void>((resolve) => {
          monitor.on('monitor', (_time: string, args: string[], source: string) => {
            if (args.includes(ended)) resolve()
            else if (source !== 'lua') commands.push(args)
          })
        })
        try {
          await work()
          // Redis shows commands in the order it runs them: once the last one is seen, all before it were.
          await client.echo(ended)
          await seen
        } finally {
          monitor.disconnect()
        }
        return commands
      }),
    stop: () => server.stop(),
  }
}
