// Where this server keeps documents and applications, outside every session.

import { join } from 'node:path'
import { maxDocumentBytes } from '../../flows/application/choices.ts'
import { application as sharedApplication } from '../../flows/application/flow.ts'
import { dataFolder } from '../data-folder.ts'
import { submitApplicationTo } from '../submit-application.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** The documents people have handed in. A day longer than the oldest session can get. */
export const uploads: Uploads = createUploads({
  folder: join(dataFolder(), 'uploads'),
  maxBytes: maxDocumentBytes,
  maxAgeMs: sharedApplication.lifetime.absoluteMs + 86_400_000,
})

type Provided = Parameters<typeof sharedApplication.provide>[0]

/** The application with what only the server has: where it is sent. */
export function provideApplication(options: Pick<Provided, 'lifetime'> = {}): typeof sharedApplication {
  return sharedApplication.provide({
    actors: { submitApplication: submitApplicationTo(dataFolder(), uploads) },
    ...options,
  })
}
