// A Postgres in every kind of trouble, as the store itself or as the archive behind Redis.

import { redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { groupBy } from '../group-by.ts'
import type { Violation } from '../history.ts'
import type { Lab } from '../lab.ts'
import { openPostgresTown, type PostgresTown } from '../postgres-town.ts'
import { createRandom, type Random } from '../random.ts'
import type { Finding } from '../report.ts'
import { pause } from './crowd.ts'
import { type InTurnOptions, inTurn, type Trouble } from './in-turn.ts'

/** `behind`: it stands behind Redis, and no more than the events that start an effect may have to wait for it. */
export async function postgresTroubles({
  behind = false,
  ...options
}: InTurnOptions & { behind?: boolean }): Promise<Finding> {
  const town = await openPostgresTown()
  const random = createRandom(options.seed + 1)
  try {
    const finding = await inTurn({
      archive: behind,
      fault: `Postgres in trouble, of 7 kinds, ${behind ? 'behind Redis' : 'as the store'}`,
      ...options,
      settings: async () => (behind ? town.settings : { ...town.settings, REDIS_URL: '' }),
      open: async () => ({ kinds: troublesOf(town, random), close: () => town.proxy.become('pass') }),
      ...(behind ? { after: (lab: Lab) => notArchived(town, lab) } : { written: town.written }),
    })
    return { ...finding, notes: [...(finding.notes ?? []), `${town.proxy.lost} replies lost`] }
  } finally {
    await town.close()
  }
}

function troublesOf({ admin, proxy, schema }: PostgresTown, random: Random): Record<string, Trouble> {
  const line = (bad: Parameters<typeof proxy.become>[0]): Trouble => ({
    async begin() {
      proxy.become(bad)
      return () => proxy.become('pass')
    },
  })
  /** Does this to every connection of the fleet, again and again. */
  const harass = (call: string): Trouble => ({
    async begin() {
      const over = new AbortController()
      const harassing = (async () => {
        for (; !over.signal.aborted; await pause(50, over.signal))
          await admin.query(`select ${call}(pid) from pg_stat_activity where application_name = $1`, [schema])
      })()
      return () => {
        over.abort()
        return harassing
      }
    },
  })
  return {
    'connections terminated': harass('pg_terminate_backend'),
    'statements cancelled': harass('pg_cancel_backend'),
    'rows locked': {
      async begin() {
        const holder = await admin.connect()
        await holder.query(`begin; lock table "${schema}".sessions in exclusive mode`)
        return async () => {
          await holder.query('rollback')
          holder.release()
        }
      },
    },
    away: line('away'),
    silent: line('silent'),
    slow: line({ delayMs: 100 }),
    'replies lost': {
      async begin() {
        proxy.loses = () => random.chance(0.3)
        return () => {
          proxy.loses = () => false
        }
      },
    },
  }
}

const drainsWithinMs = 30_000

/** Sessions of which the archive has not what Redis has, once the backlog is empty. */
async function notArchived({ store: archive }: PostgresTown, lab: Lab): Promise<Violation[]> {
  const client = new Redis(lab.redis.port, '127.0.0.1')
  try {
    const store = redisStore(client)
    const patience = AbortSignal.timeout(drainsWithinMs)
    while ((await store.lag?.())?.sessions !== 0) {
      if (patience.aborted) return [{ rule: 'backlog', session: '', detail: `not empty after ${drainsWithinMs} ms` }]
      await pause(50, patience)
    }
    const found: Violation[] = []
    for (const [session, versions] of groupBy(await lab.written(), (version) => version.session)) {
      const [last, stored] = [versions.at(-1)?.position, await archive.get(session)]
      const at = typeof stored === 'object' ? stored.position : undefined
      // Timers go on while this looks, so it may have seen more since.
      if ((at?.revision ?? 0) < (last?.revision ?? 0))
        found.push({ rule: 'archive', session, detail: `it is at ${at?.revision}, and ${last?.revision} in Redis` })
    }
    return found
  } finally {
    client.disconnect()
  }
}
