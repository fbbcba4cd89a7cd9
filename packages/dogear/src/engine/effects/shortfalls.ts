// Effects that ask for more durability than their store gives.

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
