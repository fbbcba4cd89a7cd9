// Where this server keeps the documents of conversations, and the files beside them.

import { join } from 'node:path'
import { assistantDocumentBytes } from '../../flows/assistant/documents.ts'
import { assistant } from '../../flows/assistant/flow.ts'
import { dataFolder } from '../data-folder.ts'
import { createUploads, type Uploads } from '../uploads/uploads.ts'
import { type Beside, createBeside } from './beside.ts'

const folder = join(dataFolder(), 'conversations')

/** The documents of conversations. A day longer than the oldest session can get. */
export const assistantUploads: Uploads = createUploads({
  folder,
  maxBytes: assistantDocumentBytes,
  maxAgeMs: assistant.lifetime.absoluteMs + 86_400_000,
  types: ['application/pdf', 'text/plain'],
})

export const beside: Beside = createBeside(folder)
