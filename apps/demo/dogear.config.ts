// What the `dogear` command works on: the shop as its server puts it together, and what to walk its flows with.
// With the embedded store only while the server is down: its data folder has room for one process.

import { defineConfig } from 'dogear'
import { examples } from './flows/examples.ts'
import { compose } from './lib/composition.ts'

export default defineConfig(() => ({ ...compose(), lock: { examples } }))
