// The short form of the crash suite: a handful of every fault, judged by Redis's log and the provider's ledger.

import { afterAll, describe, expect, test } from 'vitest'
import { removeBundle } from './bundle.ts'
import { flushed } from './flushed.ts'
import { failover, logCutShort } from './losses.ts'
import { killMutants } from './mutants.ts'
import { ignoringMarks, plantedBugs } from './planted-bugs.ts'
import type { Random } from './random.ts'
import type { Finding } from './report.ts'
import { clockSteps } from './scenarios/clock-steps.ts'
import { cluster } from './scenarios/cluster.ts'
import { crashCases, crashPoints } from './scenarios/crash-points.ts'
import { durability } from './scenarios/durability.ts'
import { foreignCode } from './scenarios/foreign-code.ts'
import { freezes } from './scenarios/freezes.ts'
import { lostReplies } from './scenarios/lost-replies.ts'
import { lostTail } from './scenarios/lost-tail.ts'
import { mixedFleet } from './scenarios/mixed-fleet.ts'
import { poisonEffects } from './scenarios/poison-effects.ts'
import { randomKills } from './scenarios/random-kills.ts'
import { timers } from './scenarios/timers.ts'
import { briskHabits } from './shopping.ts'

const seed = 7
const say = () => {}

afterAll(removeBundle)

function expectSound(...findings: Finding[]): void {
  for (const { violations, injected } of findings) {
    expect(violations).toEqual([])
    expect(injected).toBeGreaterThan(0)
  }
}

test('the judges see every planted bug, and nothing where there is none', { timeout: 60_000 }, async () => {
  const { killed, survived, withoutBug } = await killMutants()
  expect(withoutBug).toEqual([])
  expect(survived).toEqual([])
  expect(killed).toHaveLength(Object.keys(plantedBugs).length)
})

test('a process killed at any named point of a turn loses nothing and charges nobody twice', {
  timeout: 120_000,
}, async () => {
  const finding = await crashPoints({ seed, say, atOnce: 9 })
  expectSound(finding)
  expect(finding.injected).toBeGreaterThanOrEqual(crashCases.length)
})

test('60 checkouts survive apps and workers being killed at random', { timeout: 120_000 }, async () => {
  expectSound(await randomKills({ seed, say, checkouts: 60, everyMs: [200, 700], habits: briskHabits }))
})

test('processes frozen for longer than their leases change nothing when they wake up', {
  timeout: 120_000,
}, async () => {
  expectSound(await freezes({ seed, say, checkouts: 20 }))
})

test('commits whose replies were lost are applied once', { timeout: 120_000 }, async () => {
  expectSound(await lostReplies({ seed, say, checkouts: 15, habits: briskHabits }))
})

test('a cluster of which slots are moved and a primary is killed loses nothing and charges nobody twice', {
  timeout: 120_000,
}, async () => {
  const habits = (random: Random) => ({ ...briskHabits(random), corrections: random.between(4, 8) })
  expectSound(await cluster({ seed, say, checkouts: 60, habits }))
})

test('effects that go wrong in every way are called no more often than they may be', { timeout: 150_000 }, async () => {
  expectSound(await poisonEffects({ seed, say, orders: 60 }))
})

test('hooks of the application that throw, reject or hang lose nothing and end no process', {
  timeout: 120_000,
}, async () => {
  expectSound(await foreignCode({ seed, say, checkouts: 25, habits: briskHabits }))
})

test('a primary that dies after its replica fell behind loses no effect that had to be replicated or archived', {
  timeout: 120_000,
}, async () => {
  expectSound(await durability({ seed, say, runs: 2 }))
})

test('a Redis that is emptied has every session back from its archive, and every page that saw more is told', {
  timeout: 120_000,
}, async () => {
  expectSound(await lostTail({ seed, say, loss: flushed, losses: 3, between: 150 }))
})

describe.each([
  ['comes back without its last writes', logCutShort],
  ['fails over to a replica that lags', failover],
])('a Redis that %s', (_, loss) => {
  test('forks no session, and every page that saw what is lost is told', { timeout: 120_000 }, async () => {
    expectSound(await lostTail({ seed, say, loss, losses: 3 }))
  })

  test('shows the judge a store that takes one commit of a revision for another', { timeout: 240_000 }, async () => {
    // Two processes have to meet at the same revision. They do in nearly every run.
    const planted = { say, loss, sessions: 12, losses: 8, most: 20, plant: ignoringMarks }
    const rules: string[] = []
    for (let run = 0; run < 3 && rules.length === 0; run++) {
      const { violations } = await lostTail({ ...planted, seed: seed + run })
      rules.push(...violations.map(({ rule }) => rule).filter((rule) => rule !== 'no fault'))
    }
    expect(rules).not.toEqual([])
  })
})

test('clocks that are set again and again end no hold early and lose nothing', { timeout: 120_000 }, async () => {
  expectSound(await clockSteps({ seed, say, checkouts: 30, habits: briskHabits }))
})

test('2,000 timers due within seconds fire once each though a worker is killed', { timeout: 120_000 }, async () => {
  expectSound(await timers({ seed, say, timers: 2_000, windowMs: 3_000, workers: 2 }))
})

test('workers of two releases and two applications keep no timer from one another', { timeout: 120_000 }, async () => {
  expectSound(await mixedFleet({ seed, say, timers: 600, windowMs: 4_000 }))
})
