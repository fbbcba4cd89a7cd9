// Starts of effects are counted for ever, by themselves as long as they matter, and together after that.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { nextGeneration, withBoundedEntries } from './entries.ts'
import type { Effect } from './record.ts'

const { machine } = checkout
const counted = (count: number, starts = 1) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`spawned${index}`, starts]))
const bounded = (entries: Record<string, number>, running: string[] = []) =>
  withBoundedEntries(machine, { entries, effects: running.map((id) => ({ id }) as Effect) }).entries

it('a start has a generation later than any before', () => {
  expect(nextGeneration({}, 'a')).toBe(1)
  expect(nextGeneration({ a: 4 }, 'a')).toBe(5)
  expect(nextGeneration({ '': 7 }, 'a')).toBe(8)
  expect(nextGeneration({ '': 7, a: 2 }, 'a')).toBe(3)
})

describe('counts', () => {
  it('up to sixteen are kept as they are', () => {
    const armed = { entries: counted(16), effects: [] }
    expect(withBoundedEntries(machine, armed)).toBe(armed)
  })

  it('of more are kept for what runs and for what a state invokes, and are one for all that ended', () => {
    const entries = { ...counted(17), chargeCard: 3, spawned2: 9, spawned5: 8 }
    expect(bounded(entries, ['spawned4', 'spawned5'])).toEqual({ chargeCard: 3, spawned4: 1, spawned5: 8, '': 9 })
    expect(bounded(entries)).toEqual({ chargeCard: 3, '': 9 })
  })

  it('of what ended are never forgotten', () => {
    expect(bounded({ ...counted(17), '': 6 })).toEqual({ '': 6 })
    expect(bounded({ ...counted(17), '': 1, spawned3: 6 })).toEqual({ '': 6 })
    const all = Array.from({ length: 17 }, (_, index) => `spawned${index}`)
    expect(bounded(counted(17), all)).toEqual({ ...counted(17), '': 0 })
  })

  it('of actors that only ever were spawned share one', () => {
    const spawning = defineFlow({ id: 'spawning', version: 1, machine: setup({}).createMachine({}), events: {} })
    const armed = { entries: { ...counted(17), chargeCard: 3 }, effects: [] }
    expect(withBoundedEntries(spawning.machine, armed).entries).toEqual({ '': 3 })
  })
})
