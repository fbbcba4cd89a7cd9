// Judges Redis servers by their answers to INFO, CONFIG GET or PUBLISH.

import { fail, ok, warn } from '../../store/checks.ts'
import type { Check } from '../../store/store.ts'

/** The answers of one server; undefined for a command the user may not call. */
export type Facts = {
  info: Readonly<Record<string, string>> | undefined
  config: { save: string | undefined; minReplicas: string | undefined }
}

type Info = NonNullable<Facts['info']>

const mostOfMemory = { warn: 0.8, fail: 0.95 }

/** The check `name`, which needs a `command` that this user may not call. */
export const unseen = (name: string, command: string): Check =>
  warn(name, `could not look: ${command} was refused`, `allow this user ${command}, or look by other means`)

export function judge({ info, config }: Facts): Check[] {
  if (!info) return ['version', 'eviction', 'persistence', 'replicas', 'memory'].map((name) => unseen(name, 'INFO'))
  return [version(info), eviction(info), persistence(info, config), replicas(info, config), memory(info)]
}

function version({ redis_version = 'unknown' }: Info): Check {
  if (Number.parseInt(redis_version, 10) >= 7) return ok('version', redis_version)
  return fail('version', `${redis_version}, and 7.0 is the oldest that works`, 'run Redis 7.0 or later')
}

function eviction({ maxmemory_policy = 'unknown', maxmemory, evicted_keys = '0' }: Info): Check {
  const policy = `maxmemory-policy ${maxmemory_policy}`
  const advice = 'set maxmemory-policy noeviction'
  if (evicted_keys !== '0') {
    const lost = `${evicted_keys} keys were deleted to make room since Redis started, sessions or agendas`
    return fail('eviction', `${policy}: ${lost}`, `${advice}, and give Redis more memory`)
  }
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
  const unknown = 'no append-only file; could not look for snapshots: CONFIG was refused'
  if (save === undefined) return warn(name, unknown, advice)
  if (save === '') return warn(name, 'none: sessions end with the Redis process', advice)
  return warn(name, `snapshots only (save ${save}): a crash loses what came after the last one`, advice)
}

function replicas({ role, connected_slaves = '0' }: Info, { minReplicas }: Facts['config']): Check {
  const name = 'replicas'
  if (role !== 'master') return fail(name, 'this is a replica: it refuses writes', 'connect to the primary')
  if (connected_slaves === '0') return ok(name, 'none')
  const detail = `${connected_slaves} connected, min-replicas-to-write ${minReplicas ?? 'unknown: CONFIG was refused'}`
  if (Number(minReplicas) > 0) return ok(name, detail)
  const advice = 'set min-replicas-to-write 1: a primary that lost its replicas must not go on taking writes'
  return warn(name, detail, advice)
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

/** `refused` names the commands this user may not call. */
export function pokes(refused: readonly string[], prefix: string): Check {
  if (refused.length === 0) return ok('pokes', 'processes tell each other of changes')
  const detail = `${refused.join(' and ')} was refused: other tabs and devices hear of changes late`
  return warn('pokes', detail, `allow this user publish and subscribe on the channels ${prefix}:*`)
}

const rank = { ok: 0, warn: 1, fail: 2 }

/** The worst result of every check over all servers. */
export function worst(checks: readonly Check[]): Check[] {
  const byName = new Map<string, Check>()
  for (const check of checks) {
    const known = byName.get(check.name) ?? check
    byName.set(check.name, rank[check.status] > rank[known.status] ? check : known)
  }
  return [...byName.values()]
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
