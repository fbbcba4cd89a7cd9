// Limits: how many of what, for whom, and what happens when nobody can count.

import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { addressKey } from './address.ts'
import { createLimits, type LimitOptions } from './limits.ts'
import { createSlots } from './slots.ts'
import { createWindows } from './windows.ts'

const outcomes = async (tries: Promise<unknown>[]) =>
  (await Promise.allSettled(tries)).map((result) => (result.status === 'fulfilled' ? 'fine' : result.reason.code))
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
const count = (all: string[], one: string) => all.filter((outcome) => outcome === one).length

/** A Redis client that is connected and never answers, or always fails. */
const broken = (answer: () => Promise<never>) => ({
  status: 'ready',
  defineCommand(this: Record<string, unknown>, name: string) {
    this[name] = answer
  },
  multi: () => ({ get: () => ({ pttl: () => ({ exec: answer }) }) }),
})

describe('guesses at codes', () => {
  it('are counted before they are looked at, so that a thousand at once count as a thousand in a row', async () => {
    const limits = createLimits({ wrongCodes: { points: 5, per: '1 minute' } })
    const all = await outcomes(times(1000, () => limits.code(undefined)))
    expect([count(all, 'fine'), count(all, 'rate_limited')]).toEqual([5, 995])
  })

  it('that were right do not count', async () => {
    const limits = createLimits({ wrongCodes: { points: 2, per: '1 minute' } })
    for (let time = 0; time < 50; time++) await (await limits.code(undefined))()
    expect(await outcomes(times(3, () => limits.code(undefined)))).toEqual(['fine', 'fine', 'rate_limited'])
  })

  it('from one address stop at its own limit and leave the others theirs', async () => {
    const limits = createLimits({
      wrongCodesPerAddress: { points: 3, per: '1 minute' },
      wrongCodes: { points: 6, per: '1 minute' },
    })
    const one = await outcomes(times(100, () => limits.code('192.0.2.1')))
    expect(count(one, 'fine')).toBe(3)
    // Neither can the addresses of one connection be taken in turn.
    const turns = await outcomes(times(100, () => limits.code(`2001:db8:1:2::${Math.floor(Math.random() * 999)}`)))
    expect(count(turns, 'fine')).toBe(3)
    expect(await outcomes([limits.code('192.0.2.3')])).toEqual(['rate_limited'])
  })

  it('are told how long to wait', async () => {
    const limits = createLimits({ wrongCodes: { points: 1, per: '1 minute' } })
    await limits.code(undefined)
    const refused = await limits.code(undefined).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'rate_limited' })
    const { retryAfterMs } = refused as { retryAfterMs: number }
    expect(retryAfterMs).toBeGreaterThan(0)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  it.each([
    ['fails', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    ['does not answer', () => new Promise<never>(() => {})],
  ])('are refused while the service that counts them %s [M78]', async (_, answer) => {
    const limits = createLimits({ redis: broken(answer) })
    expect(await outcomes(times(3, () => limits.code('192.0.2.1')))).toEqual(Array(3).fill('store_unavailable'))
  })

  it('are in no complaint about that service', async () => {
    const failure = Object.assign(new Error('connect ECONNREFUSED'), { command: { name: 'eval', args: ['192.0.2.1'] } })
    const limits = createLimits({ redis: broken(() => Promise.reject(failure)) })
    const refused = await limits.code('192.0.2.1').catch((error: unknown) => error)
    expect(inspect(refused, { depth: 10 })).toContain('ECONNREFUSED')
    expect(inspect(refused, { depth: 10 })).not.toContain('192.0.2.1')
  })

  it('are refused while the client is not connected', async () => {
    const redis = { ...broken(() => Promise.reject(new Error('asked all the same'))), status: 'reconnecting' }
    expect(await outcomes([createLimits({ redis }).code(undefined)])).toEqual(['store_unavailable'])
  })
})

describe('changes', () => {
  const few = { points: 2, per: '1 minute' } as const
  const tried = (count: number, change: () => void) =>
    times(count, () => {
      try {
        change()
        return 'fine'
      } catch (error) {
        return (error as { code: string }).code
      }
    })

  it('are counted per session and per address, in one step that waits for nothing [M77]', () => {
    const limits = createLimits({
      changesPerSession: few,
      changesPerAddress: { points: 3, per: '1 minute' },
      redis: broken(() => Promise.reject(new Error('was asked'))),
    })
    const change = (session?: string, address?: string) => () => limits.change({ session, address })
    expect(tried(3, change('a'))).toEqual(['fine', 'fine', 'rate_limited'])
    expect(tried(1, change('b'))).toEqual(['fine'])
    expect(tried(4, change(undefined, '192.0.2.1'))).toEqual(['fine', 'fine', 'fine', 'rate_limited'])
    expect(tried(1, change('c', '192.0.2.2'))).toEqual(['fine'])
    expect(tried(9, change())).toEqual(Array(9).fill('fine'))
  })

  it('of a session over its limit use up nothing of what its network shares', () => {
    const limits = createLimits({ changesPerSession: few, changesPerAddress: { points: 4, per: '1 minute' } })
    tried(1000, () => limits.change({ session: 'wild', address: '192.0.2.1' }))
    expect(tried(3, () => limits.change({ session: 'calm', address: '192.0.2.1' }))).toEqual([
      'fine',
      'fine',
      'rate_limited',
    ])
  })

  it('of all together have a limit, of which those that were refused before use up nothing [M77]', () => {
    const limits = createLimits({ changesPerSession: few, changes: { points: 5, per: '1 minute' } })
    const change = (session?: string, address?: string) => () => limits.change({ session, address })
    tried(1000, change('wild'))
    expect(tried(4, change(undefined, '192.0.2.1'))).toEqual(['fine', 'fine', 'fine', 'rate_limited'])
    expect(tried(1, change('calm'))).toEqual(['rate_limited'])
  })

  it('are told how long to wait, and may come again when the time is over', () => {
    let now = 0
    const windows = createWindows({ points: 1, ms: 60_000 }, () => now)
    expect([windows.take('a'), windows.take('a')]).toEqual([0, 60_000])
    now = 59_000
    expect(windows.take('a')).toBe(1000)
    now = 60_000
    expect([windows.take('a'), windows.take('a')]).toEqual([0, 60_000])
  })

  it('of a hundred thousand clients are counted in bounded memory', () => {
    const windows = createWindows({ points: 1, ms: 60_000 })
    const before = process.memoryUsage().heapUsed
    for (let client = 0; client < 100_000; client++) windows.take(`client ${client}`)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
    expect(windows.take('client 99999')).toBeGreaterThan(0)
  })
})

describe('handoffs and new sessions', () => {
  const few = { points: 2, per: '1 minute' } as const

  it('from everywhere are counted, too, and one address leaves the others theirs [M36] [M76]', async () => {
    const limits = createLimits({ handoffsPerAddress: few, handoffs: { points: 4, per: '1 minute' } })
    const from = (address: string) => limits.handoff(`session ${Math.random()}`, address)
    expect(count(await outcomes(times(100, () => from('192.0.2.1'))), 'fine')).toBe(2)
    expect(count(await outcomes(times(100, () => from('192.0.2.2'))), 'fine')).toBe(2)
    expect(await outcomes([from('192.0.2.3')])).toEqual(['rate_limited'])
    const begun = createLimits({ sessionsPerAddress: few, sessions: { points: 3, per: '1 minute' } })
    expect(count(await outcomes(times(100, () => begun.session('192.0.2.1'))), 'fine')).toBe(2)
    expect(await outcomes([begun.session(undefined), begun.session(undefined)])).toEqual(['fine', 'rate_limited'])
  })

  it('are counted per session and per address', async () => {
    const limits = createLimits({ handoffsPerSession: few, sessionsPerAddress: few })
    expect(await outcomes(times(3, () => limits.handoff('a')))).toEqual(['fine', 'fine', 'rate_limited'])
    expect(await outcomes([limits.handoff('b')])).toEqual(['fine'])
    expect(await outcomes(times(3, () => limits.session('192.0.2.1')))).toEqual(['fine', 'fine', 'rate_limited'])
    expect(await outcomes([limits.session('192.0.2.2')])).toEqual(['fine'])
  })

  it('are not counted for an address nobody knows', async () => {
    const limits = createLimits({ sessionsPerAddress: few })
    expect(await outcomes(times(20, () => limits.session(undefined)))).toEqual(Array(20).fill('fine'))
  })

  it.each([
    ['fails', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    ['does not answer', () => new Promise<never>(() => {})],
  ])('go on, counted here, while the service that counts them %s [M78]', async (_, answer) => {
    const limits = createLimits({ handoffsPerSession: few, redis: broken(answer) })
    const all = await outcomes(times(3, () => limits.handoff('a')))
    expect([count(all, 'fine'), count(all, 'rate_limited')]).toEqual([2, 1])
  })
})

it('fails at once for limits that are none', () => {
  const wrong: LimitOptions[] = [
    { wrongCodes: { points: 0, per: '1 minute' } },
    { wrongCodes: { points: 1.5, per: '1 minute' } },
    { handoffsPerSession: { points: 1, per: 'a minute' as '1 minute' } },
    { sessionsPerAddress: { points: Number.NaN, per: 1000 } },
    { changesPerSession: { points: 0, per: 1000 } },
  ]
  for (const options of wrong) expect(() => createLimits(options)).toThrow(TypeError)
})

const full = expect.objectContaining({ code: 'rate_limited', retryAfterMs: expect.any(Number) })

it('gives each session its number of places, and all of them no more than there are', () => {
  const slots = createSlots({ streamsPerSession: 2, streams: 3 })
  const leave = slots.take('a')
  slots.take('a')
  expect(() => slots.take('a')).toThrow(full)
  slots.take('b')
  expect(() => slots.take('c')).toThrow(full)
  leave()
  leave()
  expect(slots.size()).toBe(2)
  slots.take('c')
  expect(() => slots.take('d')).toThrow(full)
})

it('gives each address its number of places, so that one client takes none of the others [M71]', () => {
  const slots = createSlots({ streamsPerAddress: 2, streams: 4 })
  slots.take('a', '2001:db8::1')
  slots.take('b', '2001:db8::2')
  expect(() => slots.take('c', '2001:db8::3')).toThrow(full)
  slots.take('d', '192.0.2.1')
  slots.take('e')
  expect(() => slots.take('f')).toThrow(full)
})

it('is back at nothing when everybody has left', () => {
  const slots = createSlots({ streamsPerSession: 1 })
  for (let time = 0; time < 10_000; time++) slots.take(`session-${time % 7}`)()
  expect(slots.size()).toBe(0)
})

it.each([
  ['192.0.2.7', '192.0.2.7'],
  [' 192.0.2.7 ', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::ffff]', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['no address', 'no address'],
  ['not:an:address', 'not:an:address'],
])('%s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})

it('never makes a long key of an address', () => {
  for (const part of ['x', ':', '1:', '.']) expect(addressKey(part.repeat(10_000)).length).toBeLessThanOrEqual(64)
})
