// Every scenario of the crash suite by name, in its long form.

import type { Finding } from '../report.ts'
import { blockedLoops } from './blocked-loops.ts'
import { clockSteps } from './clock-steps.ts'
import { cluster } from './cluster.ts'
import { crashPoints } from './crash-points.ts'
import type { Say } from './crowd.ts'
import { duplicates } from './duplicates.ts'
import { durability } from './durability.ts'
import { foreignCode } from './foreign-code.ts'
import { freezes } from './freezes.ts'
import { lostReplies } from './lost-replies.ts'
import { lostTail, type Way } from './lost-tail.ts'
import { mixedFleet } from './mixed-fleet.ts'
import { partition } from './partition.ts'
import { poisonEffects } from './poison-effects.ts'
import { postgresTroubles } from './postgres-troubles.ts'
import { randomKills } from './random-kills.ts'
import { redisFreezes, redisKills } from './redis-outages.ts'
import { redisTroubles } from './redis-troubles.ts'
import { skew } from './skew.ts'
import { strays } from './strays.ts'
import { timers } from './timers.ts'

export type Options = { seed: number; checkouts: number; timers: number; say: Say }

const busy = { sessions: 48, between: 400, most: 60 }

/** `checkouts` is for the random kills; the others get a share of it. */
export const scenarios = {
  'crash-points': async ({ seed, say }: Options) => {
    const findings: Finding[] = []
    for (let round = 0; round < 10; round++) findings.push(await crashPoints({ seed: seed * 10 + round, say }))
    return findings
  },
  'random-kills': async (options: Options) => [await randomKills(options)],
  freezes: async (options: Options) => [await freezes({ ...options, checkouts: share(options, 10) })],
  'redis-kills': async (options: Options) => [await redisKills({ ...options, checkouts: share(options, 5) })],
  'redis-freezes': async (options: Options) => [await redisFreezes({ ...options, checkouts: share(options, 10) })],
  'lost-tail': (options: Options) => losing(options, 'cut', 12),
  failover: (options: Options) => losing(options, 'failover', 8),
  flush: (options: Options) => losing(options, 'flush', 12),
  evictions: async (options: Options) => [
    ...(await losing(options, 'sessions evicted', 12)),
    ...(await losing(options, 'anything evicted', 12)),
  ],
  cluster: async (options: Options) => [await cluster({ ...options, checkouts: share(options, 5), rounds: 3 })],
  'redis-troubles': async ({ seed, say, ...options }: Options) => [
    await redisTroubles({ seed, say, rounds: share(options, 200) }),
  ],
  'postgres-troubles': async ({ seed, say, ...options }: Options) => [
    await postgresTroubles({ seed, say, rounds: share(options, 200) }),
    await postgresTroubles({ seed, say, rounds: share(options, 200), behind: true }),
  ],
  partition: async ({ seed, say, ...options }: Options) => [await partition({ seed, say, runs: share(options, 100) })],
  durability: async ({ seed, say, checkouts }: Options) => [
    await durability({ seed, say, runs: Math.min(50, Math.max(3, checkouts / 40)) }),
  ],
  'lost-replies': async (options: Options) => [await lostReplies({ ...options, checkouts: share(options, 10) })],
  duplicates: async (options: Options) => [await duplicates({ ...options, checkouts: share(options, 20) })],
  strays: async (options: Options) => [await strays({ ...options, checkouts: share(options, 5) })],
  'blocked-loops': async (options: Options) => [await blockedLoops({ ...options, checkouts: share(options, 10) })],
  'poison-effects': async (options: Options) => [await poisonEffects({ ...options, orders: share(options, 4) })],
  'foreign-code': async (options: Options) => [await foreignCode({ ...options, checkouts: share(options, 10) })],
  skew: async (options: Options) => [await skew({ ...options, checkouts: share(options, 10) })],
  'clock-steps': async (options: Options) => [await clockSteps({ ...options, checkouts: share(options, 10) })],
  timers: async (options: Options) => [await timers(options)],
  'mixed-fleet': async (options: Options) => [
    await mixedFleet({ ...options, timers: Math.ceil(options.timers / 20), windowMs: 60_000 }),
  ],
} satisfies Record<string, (options: Options) => Promise<Finding[]>>

export type ScenarioName = keyof typeof scenarios
export const scenarioNames = Object.keys(scenarios) as ScenarioName[]

async function losing({ seed, say, checkouts }: Options, way: Way, most: number): Promise<Finding[]> {
  return [await lostTail({ seed, say, ...busy, losses: Math.min(most, checkouts / 20), way })]
}

function share({ checkouts }: Pick<Options, 'checkouts'>, part: number): number {
  return Math.max(1, Math.round(checkouts / part))
}
