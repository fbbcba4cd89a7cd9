import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createServiceClock } from './clock.ts'

/** A service whose clock is `aheadMs` ahead of this machine's, asked again and again. */
function asked(aheadMs: number, requests: readonly { pause: number; trip: number; back: number }[]) {
  let wall = Date.UTC(2026, 0, 1) + 300
  const clock = createServiceClock({ wall: () => wall, steady: () => wall - 1_000_000 })
  for (const { pause, trip, back } of requests) {
    wall += pause
    const sent = clock.moment()
    wall += trip
    const date = new Date(wall + aheadMs).toUTCString()
    wall += back
    clock.learn(date, sent)
  }
  return { error: clock.now() - (wall + aheadMs), known: clock.known() }
}

const times = { pause: fc.integer({ min: 0, max: 3000 }), trip: fc.nat(80), back: fc.nat(80) }

it('leaves a clock as it is that agrees with every answer', () => {
  fc.assert(
    fc.property(fc.array(fc.record(times), { minLength: 1 }), (requests) => {
      expect(asked(0, requests)).toEqual({ error: 0, known: true })
    }),
  )
})

it('is within a second and a round trip of the service after the first answer, however wrong the machine is', () => {
  const ahead = fc.integer({ min: -1e9, max: 1e9 })
  fc.assert(
    fc.property(ahead, fc.array(fc.record(times), { minLength: 1 }), (aheadMs, requests) => {
      expect(Math.abs(asked(aheadMs, requests).error)).toBeLessThanOrEqual(1000 + 160 + 100)
    }),
  )
})

it('is within a round trip and a tenth of a second after answers from all parts of a second', () => {
  const requests = Array.from({ length: 150 }, () => ({ pause: 997, trip: 5, back: 5 }))
  for (const aheadMs of [-5000, -700, 700, 5000]) {
    const { error } = asked(aheadMs, requests)
    expect(Math.abs(error), `${aheadMs}`).toBeLessThanOrEqual(100 + 10 + 10)
  }
})

it('knows nothing of answers that do not say what time it is', () => {
  const clock = createServiceClock({ wall: () => 5000, steady: () => 7 })
  for (const date of [undefined, '', 'soon']) clock.learn(date, clock.moment())
  expect([clock.known(), clock.now()]).toEqual([false, 5000])
})
