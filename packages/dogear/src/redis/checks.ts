// What the answers of a Redis server mean for sessions: pure judgements of its INFO and settings.

import type { Check } from '../store/store.ts'

/** What one server tells of itself. `undefined`: the user may not look. `config` names settings as CONFIG GET does. */
export type Facts = {
  info: Readonly<Record<string, string>> | undefined
  config: { save: string | undefined; minReplicas: string | undefined }
}

type Info = NonNullable<Facts['info']>

const offMs = 1000
const lateMs = 10_000
const mostOfMemory = { warn: 0.8, fail: 0.95 }

export const ok = (name: string, detail: string): Check => ({ name, status: 'ok', detail })
export const warn = (name: string, detail: string, advice: string): Check => ({ name, status: 'warn', detail, advice })
export const fail = (name: string, detail: string, advice: string): Check => ({ name, status: 'fail', detail, advice })

/** A question that `command` would have answered. */
export const unseen = (name: string, command: string): Check =>
  warn(name, `could not look: ${command} was refused`, `allow this user ${command}, or look by other means`)

/** Version, eviction, persistence, replicas and memory of one server. */
export function judge({ info, config }: Facts): Check[] {
  if (!info) return ['version', 'eviction', 'persistence', 'replicas', 'memory'].map((name) => unseen(name, 'INFO'))
  return [version(info), eviction(info), persistence(info, config), replicas(info, config), memory(info)]
}

function version({ redis_version = 'unknown' }: Info): Check {
  if (Number.parseInt(redis_version, 10) >= 7) return ok('version', redis_version)
  return fail('version', `${redis_version}, and 7.0 is the oldest that works`, 'run Redis 7.0 or later')
}

function eviction({ maxmemory_policy = 'unknown', maxmemory }: Info): Check {
  const policy = `maxmemory-policy ${maxmemory_policy}`
  const advice = 'set maxmemory-policy noeviction'
  if (maxmemory_policy === 'noeviction') return ok('eviction', policy)
  if (Number(maxmemory) > 0) return fail('eviction', `${policy}: sessions are deleted when memory is full`, advice)
  return warn('eviction', `${policy}: sessions would be deleted if maxmemory were set`, advice)
}

function persistence(info: Info, { save }: Facts['config']): Check {
  const name = 'persistence'
  const aof = info.aof_enabled === '1'
  const advice = 'set appendonly yes'
  const lastWrite = [aof ? info.aof_last_write_status : 'ok', save ? info.rdb_last_bgsave_status : 'ok']
  if (lastWrite.includes('err')) return fail(name, 'the last write to disk failed', 'look at the disk and at the log')
  if (aof) return ok(name, 'append-only file')
  if (save === undefined)
    return warn(name, 'no append-only file; could not look for snapshots: CONFIG was refused', advice)
  if (save === '') return warn(name, 'none: sessions end with the Redis process', advice)
  return warn(name, `snapshots only (save ${save}): a crash loses what came after the last one`, advice)
}

function replicas({ role, connected_slaves = '0' }: Info, { minReplicas }: Facts['config']): Check {
  const name = 'replicas'
  if (role !== 'master') return fail(name, 'this is a replica: it refuses writes', 'connect to the primary')
  if (connected_slaves === '0') return ok(name, 'none')
  const detail = `${connected_slaves} connected, min-replicas-to-write ${minReplicas ?? 'unknown: CONFIG was refused'}`
  if (Number(minReplicas) > 0) return ok(name, detail)
  return warn(
    name,
    detail,
    'set min-replicas-to-write 1: a primary that lost its replicas must not go on taking writes',
  )
}

function memory({ used_memory, maxmemory, total_system_memory }: Info): Check {
  const limit = Number(maxmemory) || Number(total_system_memory ?? 0)
  const share = limit > 0 ? Number(used_memory) / limit : 0
  const whose = Number(maxmemory) > 0 ? 'maxmemory' : 'the machine; no maxmemory is set'
  const detail = `${mib(Number(used_memory))} used, ${Math.round(share * 100)} % of ${whose}`
  const advice = 'give Redis more memory: when it is full it refuses writes'
  if (share >= mostOfMemory.fail) return fail('memory', detail, advice)
  return share >= mostOfMemory.warn ? warn('memory', detail, advice) : ok('memory', detail)
}

/** `offset` is how far Redis is ahead of this machine, `doubt` how wrong that may be; both in milliseconds. */
export function clock(offset: number, doubt: number): Check {
  const where = offset < 0 ? 'behind' : 'ahead of'
  const detail = `${Math.abs(Math.round(offset))} ms ${where} this machine, give or take ${Math.ceil(doubt) + 1} ms`
  if (Math.abs(offset) <= offMs + doubt) return ok('clock', detail)
  return warn('clock', detail, 'synchronise both machines; deadlines go by the clock of Redis')
}

/** `oldest` is the earliest time on the agenda, in milliseconds like `now`; `undefined` if it is empty. */
export function agenda(size: number, oldest: number | undefined, now: number): Check {
  const lagMs = Math.max(0, now - (oldest ?? now))
  const overdue = lagMs === 0 ? 'none overdue' : `the oldest overdue for ${(lagMs / 1000).toFixed(1)} s`
  const detail = `${size} scheduled, ${overdue}`
  if (lagMs < lateMs) return ok('agenda', detail)
  return warn('agenda', detail, 'start a worker (dogear worker), or more of them')
}

/** `refused` names what this user may not do. */
export function pokes(refused: readonly string[], prefix: string): Check {
  if (refused.length === 0) return ok('pokes', 'processes tell each other of changes')
  return warn(
    'pokes',
    `${refused.join(' and ')} was refused: other tabs and devices hear of changes late`,
    `allow this user publish and subscribe on the channels ${prefix}:*`,
  )
}

const rank = { ok: 0, warn: 1, fail: 2 }

/** Of every check the worst of all servers. */
export function worst(checks: readonly Check[]): Check[] {
  const byName = new Map<string, Check>()
  for (const check of checks) {
    const known = byName.get(check.name)
    if (!known || rank[check.status] > rank[known.status]) byName.set(check.name, check)
  }
  return [...byName.values()]
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
