// The shop for the `dogear` command: composed as for its server, with examples for every event.
// With the embedded store, stop the server first: only one process can open its data folder.

import { defineConfig } from 'dogear'
import { examples } from './flows/examples.ts'
import { compose } from './lib/composition.ts'

export default defineConfig(() => ({ ...compose(), lock: { examples } }))
