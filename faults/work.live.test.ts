// The short form of the faults of work: effects, hooks, clocks, timers; first of all, the judges.

import { expect, test } from 'vitest'
import { killMutants } from './mutants.ts'
import { plantedBugs } from './planted-bugs.ts'
import { clockSteps } from './scenarios/clock-steps.ts'
import { foreignCode } from './scenarios/foreign-code.ts'
import { poisonEffects } from './scenarios/poison-effects.ts'
import { strays } from './scenarios/strays.ts'
import { timers } from './scenarios/timers.ts'
import { briskHabits } from './shopping.ts'
import { expectSound, say, seed } from './short.ts'

test('the judges see every planted bug, and nothing where there is none', { timeout: 60_000 }, async () => {
  const { killed, survived, withoutBug } = await killMutants()
  expect(withoutBug).toEqual([])
  expect(survived).toEqual([])
  expect(killed).toHaveLength(Object.keys(plantedBugs).length)
})

test('effects that go wrong in every way are called no more often than they may be', { timeout: 150_000 }, async () => {
  expectSound(await poisonEffects({ seed, say, orders: 60 }))
})

test('hooks of the application that throw, reject or hang lose nothing and end no process', {
  timeout: 120_000,
}, async () => {
  expectSound(await foreignCode({ seed, say, checkouts: 25, habits: briskHabits }))
})

test('clocks that are set again and again end no hold early and lose nothing', { timeout: 120_000 }, async () => {
  expectSound(await clockSteps({ seed, say, checkouts: 30, habits: briskHabits }))
})

test('2,000 timers due within seconds fire once each though a worker is killed', { timeout: 120_000 }, async () => {
  expectSound(await timers({ seed, say, timers: 2_000, windowMs: 3_000, workers: 2 }))
})

test('a request that arrives once more, after those that followed it, is known', { timeout: 120_000 }, async () => {
  expectSound(await strays({ seed, say, checkouts: 24, habits: briskHabits }))
})
