// The services of one run, each started when the first contender asks for it, and a place of its own for each.

import { Redis } from 'ioredis'
import pg from 'pg'
import { startPostgres, startRedis } from '../../scripts/services.mjs'
import { bundle } from '../bundle.mjs'
import { type NodeServer, type Program, startServer } from '../server.ts'

type Service = Awaited<ReturnType<typeof startRedis>>

export type StoreKind = 'redis' | 'postgres' | 'pglite'

export type Stage = {
  /** The environment that leads a contender to an empty store: a database of its own. */
  store(kind: StoreKind): Promise<Record<string, string>>
  /** Bundles a program of the bench; returns its file. */
  program(name: string): Promise<string>
  serve(program: Program): Promise<NodeServer>
  /** Commands that Redis has carried out since its start, those inside scripts too; our own questions are left out. */
  commands(): Promise<number>
  /** Bytes of all keys in the Redis database that `env` leads to. */
  bytes(env: Record<string, string>): Promise<number>
  redisVersion(): Promise<string>
  close(): Promise<void>
}

export async function openStage({ profile }: { profile?: string | undefined }): Promise<Stage> {
  const redis = await startRedis()
  const client = new Redis(redis.url)
  let postgres: Promise<Service> | undefined
  let databases = 0
  return {
    async store(kind) {
      if (kind === 'pglite') return {}
      if (kind === 'redis') return { REDIS_URL: `${redis.url}/${++databases}` }
      postgres ??= startPostgres()
      const { url } = await postgres
      const name = `bench${++databases}`
      const admin = new pg.Client(url)
      await admin.connect()
      await admin.query(`create database ${name}`)
      await admin.end()
      return { DATABASE_URL: url.replace(/\w+$/, name) }
    },
    program: (name) => bundle([name]),
    serve: (program) => startServer({ profile, ...program }),
    async commands() {
      const stats = await client.info('commandstats')
      const counts = [...stats.matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)]
      return counts.reduce((sum, [, name, calls]) => (name === 'info' ? sum : sum + Number(calls)), 0)
    },
    async bytes({ REDIS_URL = '' }) {
      const own = new Redis(REDIS_URL)
      let bytes = 0
      for await (const keys of own.scanStream({ count: 1000 }) as AsyncIterable<string[]>)
        for (const key of keys) bytes += (await own.memory('USAGE', key, 'SAMPLES', 0)) ?? 0
      own.disconnect()
      return bytes
    },
    async redisVersion() {
      return /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? ''
    },
    async close() {
      client.disconnect()
      await redis.stop()
      await (await postgres)?.stop()
    },
  }
}
