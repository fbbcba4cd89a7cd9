// Limits on what costs us or invites guessing: wrong codes, handoffs, new sessions.

import { RateLimiterMemory, RateLimiterRedis, RLWrapperTimeouts } from 'rate-limiter-flexible'
import { DogearError } from '../errors.ts'
import { type Duration, toMs } from '../flow/duration.ts'
import { addressKey } from './address.ts'

/** So many in a stretch of time, which begins with the first of them. */
export type Limit = { points: number; per: Duration }

/** Each limit has a default; an address has one only where `clientAddress` tells it. */
export type LimitOptions = {
  /** An ioredis client, for all processes to count together. Default: each process counts for itself. */
  redis?: object
  /** Wrong codes from one address. Default 30 in 10 minutes. */
  wrongCodesPerAddress?: Limit
  /** Wrong codes from everywhere. Default 6,000 in a minute: at that rate one of 100,000 open codes would be hit in three years. */
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
   * Counts a code before it is looked up, so that many at once are counted too; resolves to what takes the count back if the code
   * was right. Rejects with `rate_limited`, and with `store_unavailable` if nothing can be counted: better no codes than free guesses.
   */
  code(address: string | undefined): Promise<() => Promise<void>>
  /** Counts a handoff. If the shared count cannot be had, this process counts for itself. */
  handoff(session: string): Promise<void>
  /** Counts a new session, as `handoff`. */
  session(address: string | undefined): Promise<void>
}

type Limiter = Pick<RateLimiterMemory, 'consume' | 'reward'>

// A service that does not answer must not hold up a request for longer.
const timeoutMs = 500

/** Throws `TypeError` for a limit that is none. */
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
      // The address first: who is stopped there must not use up what others share.
      if (address !== undefined) counts.unshift([codesOfAddress, addressKey(address)])
      for (const [limiter, key] of counts) await consume(limiter, key)
      return async () => {
        // A count that could not be taken back is one guess less for somebody, not a reason to fail.
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
    // The library rejects with its count for "too many", and with an error only where it could not count.
    if (reason instanceof Error) {
      // ioredis hangs the command on its errors, and with it the address it was asked about.
      const cause = new Error(`${reason.name}: ${reason.message}`)
      throw new DogearError('store_unavailable', 'This cannot be done right now.', { cause })
    }
    const { msBeforeNext } = reason as { msBeforeNext: number }
    throw new DogearError('rate_limited', 'That was too often. Wait a while and try again.', {
      retryAfterMs: msBeforeNext,
    })
  }
}
