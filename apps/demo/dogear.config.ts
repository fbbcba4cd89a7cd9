// The shop for the `dogear` command: composed as for its server, with examples for every event.
// With the embedded store only while the server is down: its data folder has room for one process.

import { defineConfig } from 'dogear'
import { examples } from './flows/examples.ts'
import { compose } from './lib/composition.ts'

export default defineConfig(() => ({ ...compose(), lock: { examples } }))
