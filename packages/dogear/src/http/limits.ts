// Limits on what costs us or invites guessing: wrong codes, handoffs, new sessions, open streams.

import { RateLimiterMemory, RateLimiterRedis, RLWrapperTimeouts } from 'rate-limiter-flexible'
import { DogearError } from '../errors.ts'
import { type Duration, toMs } from '../flow/duration.ts'

/** The number allowed in a span of time, which begins with the first of them. */
export type Limit = { points: number; per: Duration }

/** Each limit has a default. Limits per address apply only with `clientAddress`. */
export type LimitOptions = {
  /** An ioredis client, for all processes to count together. Default: each process counts for itself. */
  redis?: object
  /** Wrong codes from one address. Default 30 in 10 minutes. */
  wrongCodesPerAddress?: Limit
  /** Wrong codes from everywhere. Default 6,000 in a minute: guessing one of 100,000 open codes takes three years. */
  wrongCodes?: Limit
  /** Handoffs issued by one session. Default 120 in 10 minutes. */
  handoffsPerSession?: Limit
  /** Sessions begun from one address. Default 100 in a minute. */
  sessionsPerAddress?: Limit
  /** Open streams of one session. Default 10. */
  streamsPerSession?: number
  /** Open streams of this process. Default 10,000. */
  streams?: number
}

export interface Limits {
  /**
   * Counts a code before it is looked up, so that many at once count too. Resolves to a function that takes the count
   * back, for a right code. Rejects with `rate_limited`, or with `store_unavailable` if it cannot count.
   */
  code(address: string | undefined): Promise<() => Promise<void>>
  /** Counts a handoff. If Redis fails, this process counts for itself. */
  handoff(session: string): Promise<void>
  /** Counts a new session, as `handoff` does. */
  session(address: string | undefined): Promise<void>
}

type Limiter = Pick<RateLimiterMemory, 'consume' | 'reward'>

// A service that does not answer must not hold up a request for longer.
const timeoutMs = 500
const streamRetryAfterMs = 60_000
const maxAddress = 64

/** Throws `TypeError` for a limit that cannot work. */
export function createLimits(options: LimitOptions): Limits {
  const build = (name: keyof LimitOptions, usual: Limit, onFailure: 'count here' | 'refuse'): Limiter => {
    const { points, per } = (options[name] as Limit | undefined) ?? usual
    const perMs = toMs(per)
    if (!Number.isSafeInteger(points) || points < 1 || Number.isNaN(perMs))
      throw new TypeError(
        `limits.${name} needs whole points from 1 and a duration, such as { points: 10, per: '1 minute' }`,
      )
    const settings = { points, duration: Math.ceil(perMs / 1000), keyPrefix: `dogear:limit:${name}` }
    const here = new RateLimiterMemory(settings)
    if (!options.redis) return here
    const shared = new RateLimiterRedis({
      ...settings,
      storeClient: options.redis,
      rejectIfRedisNotReady: true,
      ...(onFailure === 'count here' && { insuranceLimiter: here }),
    })
    return new RLWrapperTimeouts({ limiter: shared, timeoutMs })
  }
  const codesOfAddress = build('wrongCodesPerAddress', { points: 30, per: '10 minutes' }, 'refuse')
  const codes = build('wrongCodes', { points: 6000, per: '1 minute' }, 'refuse')
  const handoffs = build('handoffsPerSession', { points: 120, per: '10 minutes' }, 'count here')
  const sessions = build('sessionsPerAddress', { points: 100, per: '1 minute' }, 'count here')

  return {
    async code(address) {
      const counts: [Limiter, string][] = [[codes, 'all']]
      // The address first: an address that is over its limit must not use up the count that all share.
      if (address !== undefined) counts.unshift([codesOfAddress, addressKey(address)])
      for (const [limiter, key] of counts) await consume(limiter, key)
      return async () => {
        // If a count cannot be taken back, the address has one guess less. That is no reason to fail.
        await Promise.allSettled(counts.map(([limiter, key]) => limiter.reward(key)))
      }
    },
    handoff: (session) => consume(handoffs, session),
    async session(address) {
      if (address !== undefined) await consume(sessions, addressKey(address))
    },
  }
}

async function consume(limiter: Limiter, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (reason) {
    // The library rejects with its count if there were too many, with an Error only if it could not count.
    if (reason instanceof Error) {
      // Errors of ioredis carry the command, which contains the client's address.
      const cause = new Error(`${reason.name}: ${reason.message}`)
      throw new DogearError('store_unavailable', 'This cannot be done right now.', { cause })
    }
    const { msBeforeNext } = reason as { msBeforeNext: number }
    throw new DogearError('rate_limited', 'That was too often. Wait a while and try again.', {
      retryAfterMs: msBeforeNext,
    })
  }
}

/** Places for open streams, in this process. */
export interface Slots {
  /** Takes a place until the returned function is called, once or more. Throws `rate_limited` if there is none. */
  take(session: string): () => void
  /** The number of places taken. */
  size(): number
}

/** Counts the open streams of this process. Throws `TypeError` for numbers that cannot work. */
export function createSlots({ streamsPerSession = 10, streams = 10_000 }: LimitOptions): Slots {
  for (const [name, count] of Object.entries({ streamsPerSession, streams })) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new TypeError(`limits.${name} ${count} must be a whole number from 0`)
  }
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(session) {
      const own = taken.get(session) ?? 0
      if (own >= streamsPerSession || all >= streams)
        throw new DogearError('rate_limited', 'There are too many open streams.', { retryAfterMs: streamRetryAfterMs })
      taken.set(session, own + 1)
      all += 1
      let left = false
      return () => {
        if (left) return
        left = true
        all -= 1
        const remaining = (taken.get(session) ?? 1) - 1
        if (remaining > 0) taken.set(session, remaining)
        else taken.delete(session)
      }
    },
    size: () => all,
  }
}

/**
 * The key under which a client's address is counted: one for all addresses it can choose from. IPv4 as it is, also
 * where written as IPv6; of IPv6 the first 64 bits, the network that one connection is given.
 */
export function addressKey(address: string): string {
  const [bare = ''] = address
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .split('%')
  if (!bare.includes(':')) return bare.slice(0, maxAddress)
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1]
  if (mapped !== undefined) return mapped
  const url = `http://[${bare}]/`
  if (!URL.canParse(url)) return bare.slice(0, maxAddress)
  const [before = '', after = ''] = new URL(url).hostname.slice(1, -1).split('::')
  const [head, tail] = [groups(before), groups(after)]
  const whole = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  return `${whole.slice(0, 4).join(':')}::/64`
}

const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
