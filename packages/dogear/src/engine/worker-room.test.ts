// How much a worker takes on: as many sessions as it has room for, and room before another look.

import { expect, it } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { atReview, eventually, type Rig, rig, watch } from './harness.fixture.ts'
import { startWorker, type Worker, type WorkerOptions } from './worker.ts'

const work = ({ engine, errors }: Rig, options: Partial<WorkerOptions>): Worker =>
  startWorker({ engine, idleMs: 2, onError: (error) => errors.push(error), ...options })

it('a worker wakes at most `concurrency` sessions at once, and claims more once half of it is free', async () => {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const limits: number[] = []
  const held: (() => void)[] = []
  let holding = false
  let most = 0
  let inside = 0
  // Its commits wait while `holding`, which is how long a session is being woken.
  const slow = (inner: Store): Partial<Store> => ({
    claimDue: (limit, leaseMs) => {
      limits.push(limit)
      return inner.claimDue(limit, leaseMs)
    },
    async commit(...args) {
      if (!holding) return inner.commit(...args)
      most = Math.max(most, ++inside)
      await new Promise<void>((resolve) => held.push(resolve))
      inside--
      return inner.commit(...args)
    },
  })
  const here = rig({ clock, store: watch(memoryStore({ clock }), slow) })
  const everyone = await Promise.all(Array.from({ length: 11 }, () => atReview(here.engine)))
  now += 900_000
  holding = true
  const worker = work(here, { concurrency: 4 })
  await eventually(async () => {
    held.shift()?.()
    expect(worker.woken).toBe(11)
  })
  await worker.stop()
  holding = false
  expect(most).toBe(4)
  expect(Math.min(...limits)).toBe(2)
  expect(here.errors).toEqual([])
  for (const someone of everyone) expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 })
})
