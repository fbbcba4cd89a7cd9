// Stores with one bug each, to see whether the conformance suite notices.

import { type Bench, runCase, storeCases } from './conformance.ts'
import { memoryStore } from './memory.ts'
import type { Store } from './store.ts'

/** `caughtBy` is the promise that has to break. `model`: the comparison with the model has to notice too. */
export type Bug = {
  name: string
  caughtBy: string
  plant: (store: Store, clock: () => number) => Partial<Store>
  model?: boolean
}

/** A sound store with the bug in it. It tells watchers at once, if ever, so there is nothing to wait for. */
export function planted({ plant }: Bug): Bench {
  let now = 1_800_000_000_000
  const clock = (): number => now
  const sound = memoryStore({ clock })
  return {
    store: { ...sound, ...plant(sound, clock) },
    patienceMs: 50,
    advance: (ms) => {
      now += ms
    },
  }
}

export async function isCaught(bug: Bug): Promise<boolean> {
  const promise = storeCases.find(({ title }) => title === bug.caughtBy)
  if (!promise) throw new TypeError(`Nothing is promised under the title "${bug.caughtBy}"`)
  return runCase(promise, () => planted(bug)).then(
    () => false,
    () => true,
  )
}
