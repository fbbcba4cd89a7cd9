import fc from 'fast-check'
import { describe, it } from 'vitest'
import { agreesWithModel, type Bench, testStore } from './conformance.ts'
import { memoryStore } from './memory.ts'

function make(): Bench {
  let now = 1_800_000_000_000
  return {
    store: memoryStore({ clock: () => now }),
    advance: (ms) => {
      now += ms
    },
  }
}

testStore({ name: 'memoryStore', make })

testStore({ name: 'memoryStore on the real clock', make: () => memoryStore() })

describe('memoryStore', () => {
  it('agrees with a simple model under any sequence of calls', async () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 60 })
    await fc.assert(fc.asyncProperty(steps, (some) => agreesWithModel(make().store, some)))
  })
})
