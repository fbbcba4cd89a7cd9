// The engine and its routes. The store outlives edits; the engine is made again, so that an edited flow is used.
import { memoryStore, type Store } from 'dogear'
import { createHttp } from 'dogear/http'
import { reloadable, singleton } from 'dogear/next'
import { engineOn } from './engine'
import { NODE_ENV } from './env'
import { openStore } from './store'

// A build loads every page and route, where the store may be out of reach, or in use.
const building = process.env.NEXT_PHASE === 'phase-production-build'
const { store } = await singleton<Promise<{ store: Store }>>('store', async () =>
  building ? { store: memoryStore() } : openStore(),
)

export const engine = reloadable(
  'engine',
  () => engineOn(store),
  (old) => old.close(),
)
export const http = reloadable('http', () =>
  createHttp({ engine, production: NODE_ENV === 'production', onError: console.error }),
)
