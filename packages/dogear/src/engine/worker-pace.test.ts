// The pace of a worker: how long it rests between two looks at the agenda, and how long it waits for an answer.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import type { Order, Store } from '../store/store.ts'
import { atReview, type Rig, rig, watch } from './harness.fixture.ts'
import { startWorker, type Worker } from './worker.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const hold = 900_000
const never = (): Promise<never> => new Promise(() => {})

/** A store whose looks at the agenda are noted with their times, and answered as `answer` says. */
function looks(answer: (look: Store['claimDue']) => Store['claimDue'] = (look) => look) {
  const times: number[] = []
  const orders: (Order | undefined)[] = []
  const store = watch(memoryStore(), (inner) => ({
    claimDue(...args) {
      times.push(Date.now())
      orders.push(args[3])
      return answer(inner.claimDue)(...args)
    },
  }))
  return { store, times, orders, pauses: () => times.slice(1).map((time, index) => time - (times[index] ?? 0)) }
}

function work({ engine, errors }: Rig, options: { idleMs?: number; leaseMs?: number } = {}): Worker {
  return startWorker({ engine, onError: (error) => errors.push(error), ...options })
}

it('a worker with nothing to do looks about every idle pause, and never in step with others', async () => {
  const { store, pauses, orders } = looks()
  const worker = work(rig({ store }), { idleMs: 1_000 })
  await vi.advanceTimersByTimeAsync(60_000)
  const all = pauses()
  expect(all.length).toBeGreaterThan(45)
  expect(Math.min(...all)).toBeGreaterThanOrEqual(749)
  expect(Math.max(...all)).toBeLessThanOrEqual(1_250)
  expect(new Set(all).size).toBeGreaterThan(10)
  expect(new Set(orders)).toEqual(new Set(['earliest']))
  await worker.stop()
})

it('a store that fails is asked less and less often, twice a minute at last, and as before once it works', async () => {
  let down = true
  const { store, times, pauses } = looks((look) => (down ? () => Promise.reject(new Error('down')) : look))
  const here = rig({ store })
  const worker = work(here, { idleMs: 100 })
  await vi.advanceTimersByTimeAsync(600_000)
  const failed = pauses()
  for (const [index, pause] of failed.entries()) {
    const longest = Math.min(30_000, 100 * 2 ** (index + 1))
    expect(pause).toBeGreaterThanOrEqual(longest / 2 - 1)
    expect(pause).toBeLessThanOrEqual(longest)
  }
  expect(failed.length).toBeGreaterThan(20)
  expect(new Set(failed).size).toBeGreaterThan(10)
  expect(here.errors.length).toBe(times.length)
  down = false
  await vi.advanceTimersByTimeAsync(30_000)
  const looksWithin = async (ms: number) => {
    const before = times.length
    await vi.advanceTimersByTimeAsync(ms)
    return times.length - before
  }
  expect(await looksWithin(1_000)).toBeGreaterThanOrEqual(7)
  down = true
  expect(await looksWithin(2_000)).toBeGreaterThanOrEqual(4)
  await worker.stop()
})

it('a look that gets no answer is given up after a lease, reported, and followed by another', async () => {
  const { store, times } = looks(() => never)
  const here = rig({ store })
  const worker = work(here, { idleMs: 10, leaseMs: 5_000 })
  await vi.advanceTimersByTimeAsync(4_999)
  expect([times.length, here.errors.length]).toEqual([1, 0])
  await vi.advanceTimersByTimeAsync(30)
  expect(here.errors).toMatchObject([{ message: expect.stringContaining('memory') }])
  expect(times.length).toBe(2)
  await worker.stop()
})

it('a claim that is answered after its lease is given back, and wakes no session a second time', async () => {
  let isFirst = true
  const { store } = looks((look) => async (...args) => {
    const [wait, claimed] = [isFirst, await look(...args)]
    isFirst = false
    if (wait) await new Promise((resolve) => setTimeout(resolve, 6_000))
    return claimed
  })
  const here = rig({ store })
  const someone = await atReview(here.engine)
  await vi.advanceTimersByTimeAsync(hold)
  const worker = work(here, { idleMs: 10, leaseMs: 5_000 })
  await vi.advanceTimersByTimeAsync(7_000)
  expect(worker.woken).toBe(1)
  expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 })
  expect(here.errors).toHaveLength(1)
  await worker.stop()
})

it('a worker that found something looks again at once, for there may be more', async () => {
  const { store, times } = looks()
  const here = rig({ store })
  await atReview(here.engine)
  await vi.advanceTimersByTimeAsync(hold)
  const worker = work(here, { idleMs: 60_000 })
  await vi.advanceTimersByTimeAsync(100)
  expect([worker.woken, times.length]).toEqual([1, 2])
  await worker.stop()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(times.length).toBe(2)
})

it('a claim that the store does not take back is reported, and ends with its lease', async () => {
  const { store } = looks()
  const refusing = watch(store, () => ({ defer: () => Promise.reject(new Error('read only')) }))
  const here = rig({ store: refusing })
  await atReview(rig({ store }).engine)
  await vi.advanceTimersByTimeAsync(hold)
  const stranger = rig({ store: refusing, flow: { ...here.engine.flows.get('checkout'), id: 'other' } as never })
  const worker = work(stranger, { idleMs: 10 })
  await vi.advanceTimersByTimeAsync(100)
  expect(stranger.errors).toMatchObject([{ code: 'unknown_flow' }, { message: 'read only' }])
  expect(worker.woken).toBe(0)
  await worker.stop()
})

it('a worker that passes over sessions looks at the late end of the agenda every other time', async () => {
  const { store, orders } = looks()
  const here = rig({ store })
  await atReview(here.engine)
  await vi.advanceTimersByTimeAsync(hold)
  const stranger = rig({ store, flow: { ...here.engine.flows.get('checkout'), id: 'other' } as never })
  const worker = work(stranger, { idleMs: 1_000 })
  await vi.advanceTimersByTimeAsync(2_400)
  // The first pause, of three idle ones, is not over yet.
  expect(orders.slice(0, 4)).toEqual(['earliest', 'latest', 'earliest', 'latest'])
  await worker.stop()
})
