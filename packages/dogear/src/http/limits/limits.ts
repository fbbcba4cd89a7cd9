// Limits on what costs us or invites guessing: wrong codes, handoffs, new sessions, changes, open streams.

import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import { DogearError } from '../../errors.ts'
import { type Duration, toMs } from '../../flow/duration.ts'
import { settleWithin } from '../../time.ts'
import { addressKey } from './address.ts'
import { createWindows, type Windows } from './windows.ts'

/** The number allowed in a span of time, which begins with the first of them. */
export type Limit = { points: number; per: Duration }

/** Each limit has a default. Limits per address apply only with `clientAddress`. */
export type LimitOptions = {
  /**
   * An ioredis client, for all processes to count together: codes, handoffs and new sessions, of which there are few.
   * Changes and streams are counted by each process for itself, so that no event waits for it. Needs `keys`.
   */
  redis?: object
  /** Wrong codes from one address. Default 30 in 10 minutes. */
  wrongCodesPerAddress?: Limit
  /** Wrong codes from everywhere. Default 6,000 in a minute: guessing one of 100,000 open codes takes three years. */
  wrongCodes?: Limit
  /** Handoffs issued by one session. Default 120 in 10 minutes. */
  handoffsPerSession?: Limit
  /** Handoffs issued from one address. Default 600 in 10 minutes. */
  handoffsPerAddress?: Limit
  /** Handoffs issued by all. Default 60,000 in 10 minutes. */
  handoffs?: Limit
  /** Sessions begun from one address. Default 100 in a minute. */
  sessionsPerAddress?: Limit
  /** Sessions begun by all. Default 60,000 in a minute. */
  sessions?: Limit
  /** Events, drafts and all other changes of one session. Default 3,000 in a minute. */
  changesPerSession?: Limit
  /** Changes from one address, with or without a session. Default 12,000 in a minute. */
  changesPerAddress?: Limit
  /** Changes by all, in this process. Default 1,200,000 in a minute, twice what a quick core serves. */
  changes?: Limit
  /** Open streams of one session. Default 10. */
  streamsPerSession?: number
  /** Open streams from one address. Default 500. */
  streamsPerAddress?: number
  /** Open streams of this process. Default 10,000. */
  streams?: number
}

/** The one who asks, as far as that is known: the id of their session, the address of their network. */
export type Asking = { session?: string | undefined; address?: string | undefined }

export interface Limits {
  /**
   * Counts a code before it is looked up, so that many at once count too. Resolves to a function that takes the count
   * back, for a right code. Rejects with `rate_limited`, or with `store_unavailable` if it cannot count.
   */
  code(address: string | undefined): Promise<() => Promise<void>>
  /** Counts a handoff. If Redis fails, this process counts for itself. */
  handoff(session: string, address?: string): Promise<void>
  /** Counts a new session, as `handoff` does. */
  session(address: string | undefined): Promise<void>
  /** Counts an event, a draft or another change, in this process. Throws `rate_limited`. */
  change(asking: Asking): void
}

type Limiter = Record<'consume' | 'reward', (key: string) => Promise<RateLimiterRes>>
type Named = Exclude<keyof LimitOptions, 'redis' | 'streams' | 'streamsPerSession' | 'streamsPerAddress'>

const usual: Readonly<Record<Named, Limit>> = {
  wrongCodesPerAddress: { points: 30, per: '10 minutes' },
  wrongCodes: { points: 6000, per: '1 minute' },
  handoffsPerSession: { points: 120, per: '10 minutes' },
  handoffsPerAddress: { points: 600, per: '10 minutes' },
  handoffs: { points: 60_000, per: '10 minutes' },
  sessionsPerAddress: { points: 100, per: '1 minute' },
  sessions: { points: 60_000, per: '1 minute' },
  changesPerSession: { points: 3000, per: '1 minute' },
  changesPerAddress: { points: 12_000, per: '1 minute' },
  changes: { points: 1_200_000, per: '1 minute' },
}

// A service that does not answer must not hold up a request for longer, while a right code may wait on a busy machine.
const timeoutMs = 1_500
const everyone = 'all'

/** `hashed` makes the keys that others may see: of an address and of a session they tell nothing. */
export type LimitKeys = { hashed?: (text: string) => string }

/** Throws `TypeError` for a limit that cannot work. */
export function createLimits(options: LimitOptions, { hashed = (text) => text }: LimitKeys = {}): Limits {
  const limitOf = (name: Named): { points: number; ms: number } => {
    const { points, per } = options[name] ?? usual[name]
    const ms = toMs(per)
    if (Number.isSafeInteger(points) && points >= 1 && !Number.isNaN(ms)) return { points, ms }
    throw new TypeError(
      `limits.${name} needs whole points from 1 and a duration, such as { points: 10, per: '1 minute' }`,
    )
  }

  const shared = (name: Named, onFailure: 'count here' | 'refuse'): Limiter => {
    const { points, ms } = limitOf(name)
    const settings = { points, duration: Math.ceil(ms / 1000), keyPrefix: `dogear:limit:${name}` }
    const here = new RateLimiterMemory(settings)
    if (!options.redis) return here
    const limiter = new RateLimiterRedis({
      ...settings,
      storeClient: options.redis,
      rejectIfRedisNotReady: true,
      // One that is over its limit is refused from memory until its time is up: a flood reaches Redis but once.
      inMemoryBlockOnConsumed: points + 1,
    })
    return inTime(limiter, onFailure === 'count here' ? here : undefined)
  }

  const [codesOfAddress, codes] = [shared('wrongCodesPerAddress', 'refuse'), shared('wrongCodes', 'refuse')]
  const [handoffsOfSession, handoffsOfAddress, handoffs, sessionsOfAddress, sessions] = (
    ['handoffsPerSession', 'handoffsPerAddress', 'handoffs', 'sessionsPerAddress', 'sessions'] as const
  ).map((name) => shared(name, 'count here')) as [Limiter, Limiter, Limiter, Limiter, Limiter]
  const [changesOfSession, changesOfAddress, changes] = (
    ['changesPerSession', 'changesPerAddress', 'changes'] as const
  ).map((name) => createWindows(limitOf(name))) as [Windows, Windows, Windows]

  // The address first: one that is over its own limit must not use up the count that all share.
  const ofAddress = (limiter: Limiter, address: string | undefined): [Limiter, string][] =>
    address === undefined ? [] : [[limiter, hashed(addressKey(address))]]

  return {
    async code(address) {
      const counts: [Limiter, string][] = [...ofAddress(codesOfAddress, address), [codes, everyone]]
      await consumeAll(counts)
      return async () => {
        // If a count cannot be taken back, the address has one guess less. That is no reason to fail.
        await Promise.allSettled(counts.map(([limiter, key]) => limiter.reward(key)))
      }
    },
    handoff: (session, address) =>
      consumeAll([
        [handoffsOfSession, hashed(session)],
        ...ofAddress(handoffsOfAddress, address),
        [handoffs, everyone],
      ]),
    session: (address) => consumeAll([...ofAddress(sessionsOfAddress, address), [sessions, everyone]]),
    change({ session, address }) {
      // A session's own limit first: one page that has gone wild must not use up what its network shares.
      const waitMs =
        (session === undefined ? 0 : changesOfSession.take(session)) ||
        (address === undefined ? 0 : changesOfAddress.take(addressKey(address))) ||
        changes.take(everyone)
      if (waitMs > 0) throw tooOften(waitMs)
    },
  }
}

/** `limiter`, of which nobody waits for long. Where it fails, `instead` counts. */
function inTime(limiter: Limiter, instead: Limiter | undefined): Limiter {
  const late = (): never => {
    throw new Error(`no answer within ${timeoutMs} ms`)
  }
  const asked = async (call: (of: Limiter) => Promise<RateLimiterRes>): Promise<RateLimiterRes> => {
    try {
      return await settleWithin(timeoutMs, call(limiter), late)
    } catch (reason) {
      if (instead && reason instanceof Error) return call(instead)
      throw reason
    }
  }
  return {
    consume: (key) => asked((of) => of.consume(key)),
    reward: (key) => asked((of) => of.reward(key)),
  }
}

async function consumeAll(counts: readonly [Limiter, string][]): Promise<void> {
  for (const [limiter, key] of counts) await consume(limiter, key)
}

async function consume(limiter: Limiter, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (reason) {
    // The library rejects with its count if there were too many, with an Error only if it could not count.
    if (!(reason instanceof Error)) throw tooOften((reason as { msBeforeNext: number }).msBeforeNext)
    // Errors of ioredis carry the command, and with it the key.
    const cause = new Error(`${reason.name}: ${reason.message}`)
    throw new DogearError('store_unavailable', 'This cannot be done right now.', { cause, retryAfterMs: 2_000 })
  }
}

const tooOften = (retryAfterMs: number): DogearError =>
  new DogearError('rate_limited', 'That was too often. Wait a while and try again.', { retryAfterMs })
