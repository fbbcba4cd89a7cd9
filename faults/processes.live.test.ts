// The short form of the faults of processes: killed, frozen, and in the middle of a deploy.

import { expect, test } from 'vitest'
import { blockedLoops } from './scenarios/blocked-loops.ts'
import { crashCases, crashPoints } from './scenarios/crash-points.ts'
import { freezes } from './scenarios/freezes.ts'
import { mixedFleet } from './scenarios/mixed-fleet.ts'
import { randomKills } from './scenarios/random-kills.ts'
import { briskHabits } from './shopping.ts'
import { expectSound, say, seed } from './short.ts'

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

test('workers of two releases and two applications keep no timer from one another', { timeout: 120_000 }, async () => {
  expectSound(await mixedFleet({ seed, say, timers: 600, windowMs: 4_000 }))
})

test('processes whose event loop is blocked for longer than their leases change nothing when it goes on', {
  timeout: 120_000,
}, async () => {
  expectSound(await blockedLoops({ seed, say, checkouts: 8 }))
})
