// Places for streams: per session and for the process.

import { expect, it } from 'vitest'
import { createSlots } from './slots.ts'

const full = expect.objectContaining({ code: 'rate_limited', retryAfterMs: expect.any(Number) })

it('gives each session its number of places, and all of them no more than there are', () => {
  const slots = createSlots({ streamsPerSession: 2, streams: 3 })
  const leave = slots.take('a')
  slots.take('a')
  expect(() => slots.take('a')).toThrow(full)
  slots.take('b')
  expect(() => slots.take('c')).toThrow(full)
  leave()
  leave()
  expect(slots.size()).toBe(2)
  slots.take('c')
  expect(() => slots.take('d')).toThrow(full)
})

it('is back at nothing when everybody has left', () => {
  const slots = createSlots({ streamsPerSession: 1 })
  for (let time = 0; time < 10_000; time++) slots.take(`session-${time % 7}`)()
  expect(slots.size()).toBe(0)
})
