// The store's clock as a process learns it: the best reply counts, until another one or a step contradicts it.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStoreClock, localClocks, type Moment, type StoreClock } from './store-clock.ts'

const hour = 3_600_000

/** A machine and a store, whose clock is `ahead`. Time passes for both; only a test sets the machine's wall clock. */
function apart(ahead: number): {
  clock: StoreClock
  reply: (tookMs: number) => void
  ago: (ms: number) => Moment
  passes: (ms: number) => void
  sleeps: (ms: number) => void
  sets: (ms: number) => void
  /** Calls `happens` once the store has read its clock, before the answer is here. */
  during: (happens: () => void) => void
  asked: () => number
  /** How far `now` is off. */
  error: () => number
} {
  const began = 1_000_000
  let passed = 0
  let slept = 0
  let set = 0
  let asked = 0
  let happens = () => {}
  const truth = () => began + passed + ahead
  const clock = createStoreClock(
    {
      now: async () => {
        asked++
        const read = truth()
        happens()
        return read
      },
    },
    { wall: () => began + passed + set, steady: () => passed - slept },
  )
  return {
    clock,
    reply(tookMs) {
      const sent = clock.moment()
      passed += tookMs
      clock.learn(truth() - tookMs / 2, sent)
    },
    ago(ms) {
      const { wall, steady } = clock.moment()
      return { wall: wall - ms, steady: steady - ms }
    },
    passes(ms) {
      passed += ms
    },
    sleeps(ms) {
      passed += ms
      slept += ms
    },
    sets(ms) {
      set += ms
    },
    during(one) {
      happens = one
    },
    asked: () => asked,
    error: () => clock.now() - truth(),
  }
}

describe('the clock of the store', () => {
  it('is known after one question, which is asked once', async () => {
    const { clock, asked, error } = apart(400)
    await Promise.all([clock.sync(), clock.sync()])
    await clock.sync()
    expect([asked(), error()]).toEqual([1, 0])
  })

  it('is asked for once more if the first answer took long: no timer may be due before its time', async () => {
    let passed = 0
    let asked = 0
    const now = async () => {
      const read = passed
      passed += asked++ === 0 ? 2_000 : 10
      return read
    }
    const clock = createStoreClock({ now }, { wall: () => passed, steady: () => passed })
    await clock.sync()
    expect(Math.abs(clock.now() - passed)).toBeLessThan(20)
    await clock.sync()
    expect(asked).toBe(2)
  })

  it('stays as the best reply said it, though a worse one came much later', () => {
    const { clock, reply, ago, passes, error } = apart(400)
    reply(2)
    passes(hour)
    // The clocks may have drifted apart by a third of a second since: what contradicts that by less changes nothing.
    clock.learn(clock.now() - 500 + 300, ago(1_000))
    expect(error()).toBe(0)
  })

  it('is asked for again after a question that failed', async () => {
    let up = false
    const now = () => (up ? Promise.resolve(7_000) : Promise.reject(new Error('down')))
    const clock = createStoreClock({ now }, { wall: () => 1_000, steady: () => 3 })
    await expect(clock.sync()).rejects.toThrow('down')
    expect(clock.now()).toBe(1_000)
    up = true
    await clock.sync()
    expect(clock.now()).toBe(7_000)
  })

  it('is taken from the reply that took the shortest time, halfway between question and answer', () => {
    const { clock, reply, ago, error } = apart(400)
    reply(200)
    expect(error()).toBe(0)
    clock.learn(clock.now() + 60, ago(300))
    expect(error()).toBe(0)
    clock.learn(clock.now() + 5, ago(10))
    expect(error()).toBe(10)
  })

  it('is not moved by a step of the wall clock, not even before anybody has noticed', async () => {
    for (const step of [hour, -hour, 50, -50, 150]) {
      const { clock, reply, sets, passes, error } = apart(400)
      reply(2)
      sets(step)
      passes(10)
      expect(error()).toBe(0)
      await clock.sync()
      expect(error()).toBe(0)
    }
  })

  it('is not the wall clock, though that is set during every question', async () => {
    for (const step of [hour, -hour]) {
      for (const isKnown of [true, false]) {
        const { clock, reply, sets, passes, during, error } = apart(400)
        if (isKnown) reply(2)
        during(() => {
          sets(step)
          passes(30)
        })
        sets(step)
        await clock.sync()
        expect(error()).toBeGreaterThanOrEqual(-31)
        expect(error()).toBeLessThanOrEqual(0)
        during(() => {})
        await clock.sync()
        expect(error()).toBe(0)
      }
    }
  })

  it('is asked for anew after a sleep in which the steady clock stood still', async () => {
    const { clock, reply, sleeps, asked, error } = apart(400)
    reply(2)
    sleeps(hour)
    await clock.sync()
    expect([asked(), error()]).toEqual([1, 0])
  })

  it('costs a busy process no question, and one that only reads a question on the side', async () => {
    const { clock, reply, passes, asked } = apart(400)
    for (let turn = 0; turn < 100; turn++) {
      reply(2)
      passes(10_000)
      await clock.sync()
    }
    expect(asked()).toBe(0)
    passes(300_000)
    await clock.sync()
    expect(asked()).toBe(1)
  })

  it('is learned anew when the store was set, though the reply that says so took longer', async () => {
    const { clock, reply, ago, error } = apart(400)
    reply(2)
    clock.learn(clock.now() - hour, ago(80))
    expect(error()).toBe(-hour + 40)
    reply(200)
    expect(error()).toBe(0)
  })

  it('is whole, whatever the clocks of the machine and the store say', async () => {
    const clock = createStoreClock(
      { now: async () => 1_700_000_000_000.25 },
      { wall: () => 0.4, steady: () => 12.3456 },
    )
    expect(Number.isSafeInteger(clock.now())).toBe(true)
    await clock.sync()
    expect(Number.isSafeInteger(clock.now())).toBe(true)
  })

  it('after any replies, steps, sleeps and pauses is what it is, once it is asked for', async () => {
    const happening = fc.tuple(
      fc.constantFrom('reply', 'passes', 'sets', 'sleeps', 'sets during a question', 'sleeps during a question'),
      fc.integer({ min: 1, max: 2 * hour }),
    )
    const story = fc.array(happening, { maxLength: 12 })
    let compared = 0
    await fc.assert(
      fc.asyncProperty(story, fc.integer({ min: -hour, max: hour }), async (all, ahead) => {
        const world = apart(ahead)
        for (const [what, ms] of all) {
          if (what === 'reply') world.reply(ms % 1_000)
          if (what === 'passes') world.passes(ms)
          // Steps and sleeps shorter than this are within what two clocks of one machine differ by.
          const happens = () => {
            if (what.startsWith('sets')) world.sets((ms % 2 ? 1 : -1) * (200 + ms))
            if (what.startsWith('sleeps')) world.sleeps(200 + ms)
          }
          if (what.endsWith('question')) {
            world.sleeps(hour)
            let times = 1
            world.during(() => times-- > 0 && happens())
          } else happens()
          await world.clock.sync()
          compared++
          expect(Math.abs(world.error())).toBeLessThanOrEqual(1)
        }
      }),
    )
    expect(compared).toBeGreaterThan(0)
  })
})

describe('a single clock', () => {
  function single() {
    let now = 1_000_000
    let store = now
    let asked = 0
    const wall = () => now
    const storeNow = async () => {
      asked++
      return store
    }
    const clock = createStoreClock({ now: storeNow }, { wall, steady: wall })
    const sets = (ms: number) => {
      now += ms
    }
    const passes = (ms: number) => {
      sets(ms)
      store += ms
    }
    return { clock, passes, sets, error: () => clock.now() - store, asked: () => asked }
  }

  it('is not believed when it leaps, in either direction, before the store says so', async () => {
    for (const step of [hour, -hour]) {
      const { clock, passes, sets, error } = single()
      await clock.sync()
      passes(5)
      sets(step)
      await clock.sync()
      expect(error()).toBe(0)
    }
  })

  it('costs no question as long as it goes on', async () => {
    const { clock, passes, asked } = single()
    for (const ms of [0, 1, 1_000, 58_000]) {
      passes(ms)
      await clock.sync()
    }
    expect(asked()).toBe(1)
  })
})

describe('a clock of the application that says no time', () => {
  const never: [string, () => number][] = [
    ['nothing', () => undefined as never],
    ['NaN', () => Number.NaN],
    ['for ever', () => Number.POSITIVE_INFINITY],
    ['text', () => '5' as never],
    ['a promise', async () => 5] as never,
  ]
  it.each(never)('from the start, but %s, is refused', (_, clock) => {
    expect(() => localClocks(clock)).toThrow(TypeError)
  })

  it.each([
    ...never,
    [
      'an error',
      () => {
        throw new Error('no clock')
      },
    ] as [string, () => number],
  ])('for a while, but %s, stands still', (_, broken) => {
    let says: () => number = () => 7
    const { wall, steady } = localClocks(() => says())
    says = broken
    expect([wall(), steady()]).toEqual([7, 7])
    says = () => 9
    expect([wall(), steady()]).toEqual([9, 9])
  })

  it.each(never.slice(0, 4))('is not learned from the store, which says %s', async (_, says) => {
    const clock = createStoreClock(
      { now: async () => says() },
      localClocks(() => 1_000),
    )
    await clock.sync()
    clock.learn(says(), clock.moment())
    expect(clock.now()).toBe(1_000)
  })
})
