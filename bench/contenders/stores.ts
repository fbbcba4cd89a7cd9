// Dogear's store as the environment names it: Redis, PostgreSQL, or PGlite in this process.

import { once } from 'node:events'
import { PGlite } from '@electric-sql/pglite'
import type { Store } from 'dogear'
import { postgresStore, recommendedPoolOptions } from 'dogear/postgres'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import pg from 'pg'

export async function openStore({ REDIS_URL, DATABASE_URL } = process.env): Promise<Store> {
  if (REDIS_URL) {
    const client = new Redis(REDIS_URL, recommendedRedisOptions)
    await once(client, 'ready')
    return redisStore(client)
  }
  const database = DATABASE_URL
    ? new pg.Pool({ connectionString: DATABASE_URL, ...recommendedPoolOptions })
    : new PGlite()
  const store = postgresStore(database)
  await store.prepare()
  return store
}
