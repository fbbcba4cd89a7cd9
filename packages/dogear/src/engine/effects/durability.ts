// The durability that effects ask for, held against that of the store.

import { DogearError } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import type { Store } from '../../store/store.ts'

const ranks = ['memory', 'replicated', 'archived'] as const

/** One error per effect that asks for more durability than the store gives. Such effects run all the same. */
export function shortfalls(flow: Flow, store: Store): TypeError[] {
  return Object.entries(flow.effects).flatMap(([name, { durability: wanted = 'memory' }]) => {
    const { durability: given = 'memory' } = store
    if (ranks.indexOf(wanted) <= ranks.indexOf(given)) return []
    const asks = `effect "${name}" of flow "${flow.id}" asks for durability "${wanted}"`
    return [new TypeError(`${asks}; the ${store.name} store gives "${given}"`)]
  })
}

/** An effect must not begin yet, nor its event be answered for. */
export function unconfirmed(): Promise<never> {
  const message = 'too few replicas have this yet; what it asks for begins when they do'
  return Promise.reject(new DogearError('store_unavailable', message, { retryAfterMs: 2_000 }))
}
