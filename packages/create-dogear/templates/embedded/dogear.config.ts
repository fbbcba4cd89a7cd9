// The engine of the `dogear` command. Only the server can open the embedded store, so this one knows the flows alone,
// which is all that `dogear lock` and `dogear check` need.
import { defineConfig, memoryStore } from 'dogear'
import { engineOn } from './lib/engine'

export default defineConfig(() => ({ engine: engineOn(memoryStore()) }))
