// What `dogear worker`, `dogear show` and `dogear doctor` work on: the shop as its server puts it together.
// With the embedded store only while the server is down: its data folder has room for one process.

import { defineConfig } from 'dogear'
import { compose } from './lib/composition.ts'

export default defineConfig(compose)
