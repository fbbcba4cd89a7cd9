// A request whose store does not answer is refused in time, whichever of its calls gets no answer.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { atReview, rig, watch } from './harness.fixture.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = (): Promise<never> => new Promise(() => {})
const failing = (): Promise<never> => Promise.reject(new Error('connection lost'))

const outages: { name: string; faults: Partial<Store>; afterMs: number }[] = [
  { name: 'neither the commit nor the read after it', faults: { commit: never, read: never }, afterMs: 3_000 },
  { name: 'a commit that fails, but no read after it', faults: { commit: failing, read: never }, afterMs: 1_000 },
  { name: 'no commit, but the read after it', faults: { commit: never }, afterMs: 2_000 },
]

it.each(outages)('$name: refused within the deadline, and not before the store had its time', async (outage) => {
  let down = false
  const store = watch(memoryStore(), (inner) => {
    const through = (name: 'commit' | 'read') =>
      ((...args: never[]) =>
        ((down && outage.faults[name]) || inner[name])(...(args as unknown as [never, never, never]))) as never
    return { commit: through('commit'), read: through('read') }
  })
  const { engine } = rig({ store, deadlineMs: 3_000 })
  const someone = await atReview(engine)
  down = true
  let settled: unknown
  someone.send('note.added').then(
    () => (settled = 'applied'),
    (error: { code: string }) => (settled = error.code),
  )
  await vi.advanceTimersByTimeAsync(outage.afterMs - 1)
  expect(settled).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)
  expect(settled).toBe('store_unavailable')
})
