// The short form of the faults of services in trouble: they refuse, are slow, are away, or answer nonsense.

import { test } from 'vitest'
import { postgresTroubles } from './scenarios/postgres-troubles.ts'
import { redisTroubles } from './scenarios/redis-troubles.ts'
import { briskHabits } from './shopping.ts'
import { expectSound, say, seed } from './short.ts'

test('a Redis in every kind of trouble loses nothing, and every request is answered in time', {
  timeout: 120_000,
}, async () => {
  expectSound(await redisTroubles({ seed, say, eachMs: 150, atOnce: 16, habits: briskHabits }))
})

test.each([
  ['as the store', false],
  ['behind Redis', true],
])(
  'a Postgres in every kind of trouble %s loses nothing, and every request is answered in time',
  {
    timeout: 120_000,
  },
  async (_, behind) => {
    expectSound(await postgresTroubles({ seed, say, eachMs: 150, atOnce: 16, habits: briskHabits, behind }))
  },
)
