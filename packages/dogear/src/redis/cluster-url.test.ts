import { describe, expect, it } from 'vitest'
import { toClusterArguments } from './cluster-url.ts'
import { recommendedClusterOptions } from './options.ts'

const settings = recommendedClusterOptions.redisOptions

describe('the URL of a cluster', () => {
  it.each([
    [
      'redis+cluster://one:7001,two:7002',
      [
        { host: 'one', port: 7001 },
        { host: 'two', port: 7002 },
      ],
      {},
    ],
    ['redis+cluster://one', [{ host: 'one', port: 6379 }], {}],
    [
      'redis+cluster://10.0.0.1, [::1]:7002/',
      [
        { host: '10.0.0.1', port: 6379 },
        { host: '::1', port: 7002 },
      ],
      {},
    ],
    ['redis+cluster://ada:p%40ss%3Aw@one:1', [{ host: 'one', port: 1 }], { username: 'ada', password: 'p@ss:w' }],
    ['redis+cluster://:secret@one:1', [{ host: 'one', port: 1 }], { password: 'secret' }],
    ['rediss+cluster://one:1', [{ host: 'one', port: 1 }], { tls: {} }],
  ])('%s', (url, nodes, added) => {
    const [found, options] = toClusterArguments(url) ?? []
    expect(found).toEqual(nodes)
    expect(options?.redisOptions).toEqual({ ...settings, ...added })
  })

  it('has the recommended settings, and leaves names as they are for TLS', () => {
    expect(toClusterArguments('redis+cluster://one')?.[1]).toEqual(recommendedClusterOptions)
    const asked: unknown[] = []
    toClusterArguments('rediss+cluster://one')?.[1].dnsLookup?.('one', (...answer) => asked.push(answer))
    expect(asked).toEqual([[null, 'one']])
  })

  it('is none for a single Redis', () => {
    for (const url of ['redis://one:1', 'rediss://one', '/run/redis.sock', '', 'http://one']) {
      expect(toClusterArguments(url)).toBeUndefined()
    }
  })

  it('is refused without a host, and never quoted, as it holds a password', () => {
    for (const url of ['redis+cluster://', 'redis+cluster://:canary@', 'redis+cluster://a:canary@one,,two']) {
      expect(() => toClusterArguments(url)).toThrow(TypeError)
      expect(() => toClusterArguments(url)).not.toThrow(/canary/)
    }
  })
})
