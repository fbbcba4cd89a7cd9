import { describe, expect, it } from 'vitest'
import { agenda, clock } from '../../store/checks.ts'
import { type Facts, judge, pokes, worst } from './checks.ts'

const healthy = {
  redis_version: '7.0.15',
  maxmemory_policy: 'noeviction',
  maxmemory: '0',
  used_memory: '1000',
  total_system_memory: '100000',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  rdb_last_bgsave_status: 'ok',
  role: 'master',
  connected_slaves: '0',
}

/** The status of the check `name` of a healthy server about which `info` and `config` are different. */
function statusOf(name: string, info: Record<string, string>, config: Partial<Facts['config']> = {}): string {
  const facts: Facts = { info: { ...healthy, ...info }, config: { save: '', minReplicas: '0', ...config } }
  return judge(facts).find((check) => check.name === name)?.status ?? 'none'
}

describe('a Redis server is judged by', () => {
  it.each<[string, string, Record<string, string>, Partial<Facts['config']>, string]>([
    ['its version', 'version', {}, {}, 'ok'],
    ['a version too old', 'version', { redis_version: '6.2.14' }, {}, 'fail'],
    ['a later major version', 'version', { redis_version: '10.0.0' }, {}, 'ok'],
    ['a policy that could evict', 'eviction', { maxmemory_policy: 'volatile-lru' }, {}, 'warn'],
    ['a policy that does evict', 'eviction', { maxmemory_policy: 'volatile-lru', maxmemory: '9' }, {}, 'fail'],
    ['an append-only file', 'persistence', {}, {}, 'ok'],
    ['an append-only file that cannot be written', 'persistence', { aof_last_write_status: 'err' }, {}, 'fail'],
    ['snapshots only', 'persistence', { aof_enabled: '0' }, { save: '3600 1' }, 'warn'],
    [
      'snapshots that fail',
      'persistence',
      { aof_enabled: '0', rdb_last_bgsave_status: 'err' },
      { save: '1 1' },
      'fail',
    ],
    ['no persistence', 'persistence', { aof_enabled: '0' }, {}, 'warn'],
    ['persistence that could not be looked at', 'persistence', { aof_enabled: '0' }, { save: undefined }, 'warn'],
    ['being a replica', 'replicas', { role: 'slave' }, {}, 'fail'],
    ['no replicas', 'replicas', {}, {}, 'ok'],
    ['replicas it does not wait for', 'replicas', { connected_slaves: '1' }, {}, 'warn'],
    ['replicas it needs', 'replicas', { connected_slaves: '1' }, { minReplicas: '1' }, 'ok'],
    ['memory to spare', 'memory', {}, {}, 'ok'],
    ['little memory to spare', 'memory', { maxmemory: '1200' }, {}, 'warn'],
    ['no memory to spare', 'memory', { maxmemory: '1001' }, {}, 'fail'],
  ])('%s', (_, name, info, config, status) => {
    expect(statusOf(name, info, config)).toBe(status)
  })

  it('clocks that agree, and clocks that do not', () => {
    expect(clock('Redis', 901, { sentAt: 0, answeredAt: 2 })).toMatchObject({
      status: 'ok',
      detail: '900 ms ahead of this machine, give or take 2 ms',
    })
    expect(clock('Redis', -4999, { sentAt: 0, answeredAt: 2 })).toMatchObject({
      status: 'warn',
      detail: '5000 ms behind this machine, give or take 2 ms',
    })
  })

  it('whether its users may tell each other of changes', () => {
    expect(pokes([], 'dogear')).toMatchObject({ status: 'ok' })
    expect(pokes(['PUBLISH'], 'dogear')).toMatchObject({ status: 'warn', advice: expect.stringContaining('dogear:*') })
  })

  it('how late its agenda is', () => {
    expect(agenda(0, 0)).toMatchObject({ status: 'ok', detail: '0 scheduled, none overdue' })
    expect(agenda(3, 2500)).toMatchObject({ status: 'ok', detail: '3 scheduled, the oldest overdue for 2.5 s' })
    expect(agenda(3, 60_000)).toMatchObject({
      status: 'warn',
      detail: '3 scheduled, the oldest overdue for 60.0 s',
    })
  })
})

it('of several servers the worst answer to each question counts', () => {
  const check = (name: string, status: 'ok' | 'warn' | 'fail', detail: string) => ({ name, status, detail })
  const all = [check('a', 'ok', '1'), check('b', 'fail', '1'), check('a', 'warn', '2'), check('b', 'ok', '2')]
  expect(worst(all)).toEqual([check('a', 'warn', '2'), check('b', 'fail', '1')])
})
