// The short form of the faults of stores: replies lost, writes lost, servers that fail over.

import { describe, expect, test } from 'vitest'
import { ignoringMarks } from './planted-bugs.ts'
import type { Random } from './random.ts'
import { cluster } from './scenarios/cluster.ts'
import { durability } from './scenarios/durability.ts'
import { lostReplies } from './scenarios/lost-replies.ts'
import { lostTail } from './scenarios/lost-tail.ts'
import { partition } from './scenarios/partition.ts'
import { briskHabits } from './shopping.ts'
import { expectSound, say, seed } from './short.ts'

test('commits whose replies were lost are applied once', { timeout: 120_000 }, async () => {
  expectSound(await lostReplies({ seed, say, checkouts: 15, habits: briskHabits }))
})

test('a cluster of which slots are moved and a primary is killed loses nothing and charges nobody twice', {
  timeout: 240_000,
}, async () => {
  const habits = (random: Random) => ({ ...briskHabits(random), corrections: random.between(4, 8) })
  expectSound(await cluster({ seed, say, habits }))
})

test('a primary that dies after its replica fell behind loses no effect that had to be replicated or archived', {
  timeout: 120_000,
}, async () => {
  expectSound(await durability({ seed, say, runs: 2 }))
})

test('a primary that is cut off with its clients loses nothing that replicas had confirmed', {
  timeout: 120_000,
}, async () => {
  expectSound(await partition({ seed, say }))
})

test('a Redis that is emptied has every session back from its archive, and every page that saw more is told', {
  timeout: 120_000,
}, async () => {
  expectSound(await lostTail({ seed, say, way: 'flush', losses: 3, between: 150 }))
})

test('a Redis that evicts what it likes has every session back from its archive, and tells every page that saw more', {
  timeout: 120_000,
}, async () => {
  expectSound(await lostTail({ seed, say, way: 'anything evicted', losses: 2 }))
})

describe.each([
  ['comes back without its last writes', 'cut'],
  ['fails over to a replica that lags', 'failover'],
] as const)('a Redis that %s', (_, way) => {
  test('forks no session, and every page that saw what is lost is told', { timeout: 120_000 }, async () => {
    expectSound(await lostTail({ seed, say, way, losses: 3 }))
  })

  test('shows the judge a store that takes one commit of a revision for another', { timeout: 240_000 }, async () => {
    // Two processes have to meet at the same revision. They do in nearly every run.
    const planted = { say, way, sessions: 12, losses: 8, most: 20, plant: ignoringMarks }
    const rules: string[] = []
    for (let run = 0; run < 3 && rules.length === 0; run++) {
      const { violations } = await lostTail({ ...planted, seed: seed + run })
      rules.push(...violations.map(({ rule }) => rule).filter((rule) => rule !== 'no fault'))
    }
    expect(rules).not.toEqual([])
  })
})
