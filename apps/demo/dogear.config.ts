// The shop for the `dogear` command: composed as for its server, with its documents, with examples for every event.
// With the embedded store, stop the server first: only one process can open its data folder.

import { defineConfig } from 'dogear'
import { examples } from './flows/examples.ts'
import { assistantUploads } from './lib/assistant/folder.ts'
import { compose } from './lib/composition.ts'
import { uploads } from './lib/uploads/documents.ts'
import { eraserOf } from './lib/uploads/erasing.ts'

export default defineConfig(() => ({
  ...compose(),
  erase: eraserOf([uploads, assistantUploads]),
  lock: { examples },
}))
