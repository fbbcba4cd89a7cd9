// The store's clock as a process learns it: the best reply counts, until another one contradicts it.

import { describe, expect, it } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import { createStoreClock, type StoreClock } from './store-clock.ts'

/** A store whose clock is `ahead` of this process's, and whose replies take as long as a test says. */
function apart(ahead: number): {
  clock: StoreClock
  reply: (tookMs: number) => void
  step: (ms: number) => void
  offset: () => number
} {
  let local = 1_000_000
  let stepped = 0
  const clock = createStoreClock(memoryStore({ clock: () => local - stepped + ahead }), () => local)
  return {
    clock,
    reply(tookMs) {
      const sentAt = local
      local += tookMs
      clock.learn(sentAt - stepped + tookMs / 2 + ahead, sentAt)
    },
    // As when somebody sets this machine's clock: the store's does not move.
    step(ms) {
      local += ms
      stepped += ms
    },
    offset: () => clock.now() - clock.local(),
  }
}

describe('the clock of the store', () => {
  it('is known after one question, which is asked once', async () => {
    let asked = 0
    const store = { ...memoryStore(), now: async () => 5_000 + asked++ }
    const clock = createStoreClock(store, () => 1_000)
    await Promise.all([clock.sync(), clock.sync()])
    await clock.sync()
    expect(asked).toBe(1)
    expect(clock.now()).toBe(5_000)
    expect(clock.local()).toBe(1_000)
  })

  it('is asked for again after a question that failed', async () => {
    let up = false
    const store = { ...memoryStore(), now: () => (up ? Promise.resolve(7_000) : Promise.reject(new Error('down'))) }
    const clock = createStoreClock(store, () => 1_000)
    await expect(clock.sync()).rejects.toThrow('down')
    expect(clock.now()).toBe(1_000)
    up = true
    await clock.sync()
    expect(clock.now()).toBe(7_000)
  })

  it('is taken from the reply that took the shortest time, halfway between question and answer', () => {
    const { clock, reply, offset } = apart(400)
    reply(200)
    expect(offset()).toBe(400)
    clock.learn(clock.local() + 460, clock.local() - 300)
    expect(offset()).toBe(400)
    clock.learn(clock.local() + 405, clock.local() - 10)
    expect(offset()).toBe(410)
  })

  it('is learned anew when the clock of this process was set, though the reply that says so took longer', () => {
    const { reply, step, offset } = apart(400)
    reply(2)
    expect(offset()).toBe(400)
    step(3_600_000)
    reply(80)
    expect(offset()).toBe(400 - 3_600_000)
    step(-7_200_000)
    reply(200)
    expect(offset()).toBe(400 + 3_600_000)
  })
})
