// The engine of the `dogear` command: `npx dogear` lists what it can do.
import { defineConfig } from 'dogear'
import { engineOn } from './lib/engine'
import { openStore } from './lib/store'

export default defineConfig(async () => {
  const { store, close } = await openStore()
  return { engine: engineOn(store), close }
})
