// The sending of an application: it keeps the documents from the sweep, and appends one line to a file.

import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fromEffect } from 'dogear'
import { documentKinds } from '../flows/application/choices.ts'
import { documentsLostCode, type Receipt, type Submission } from '../flows/application/flow.ts'
import { toOrderReference } from '../flows/order-reference.ts'
import { sessionTagOf } from './uploads/session-tag.ts'
import type { Uploads } from './uploads/uploads.ts'

/** One line of the file; of several with the same `effectId` the first one counts. `at` is ISO 8601. */
export type SentApplication = Submission & { reference: string; effectId: string; at: string }

/**
 * Writes applications to `applications.ndjson` in `folder`, their documents to `applications/`. A repeated attempt
 * finds its line and gets the same reference. Rejects with `documentsLostCode` if a document is missing or changed.
 */
export function submitApplicationTo(folder: string, uploads: Uploads) {
  const file = join(folder, 'applications.ndjson')
  return fromEffect<Receipt, Submission>(async ({ input, effectId }) => {
    const reference = toOrderReference(effectId)
    return await alone(file, async () => {
      const sent = await readSent(file)
      if (sent.some((line) => line.effectId === effectId)) return { reference }
      await keepDocuments(input, { uploads, session: sessionTagOf(effectId), folder: join(folder, 'applications') })
      await append(file, { reference, effectId, at: new Date().toISOString(), ...input })
      return { reference }
    })
  })
}

/** The sent applications, oldest first. A line cut off by a crash was never confirmed, so it is left out. */
export async function readSent(file: string): Promise<SentApplication[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as SentApplication]
    } catch {
      return []
    }
  })
}

type Keeping = { uploads: Uploads; session: string; folder: string }

/** Keeps the documents of the session; what a session claims of another's is as if it were lost. */
async function keepDocuments({ answers }: Submission, { uploads, session, folder }: Keeping): Promise<void> {
  const lost: (typeof documentKinds)[number][] = []
  for (const kind of documentKinds) {
    const said = answers[kind]?.document
    if (!said) continue
    const found = await uploads.find(said.id, session)
    const same = found && (['name', 'size', 'type'] as const).every((key) => found[key] === said[key])
    if (same) await uploads.keep(said.id, folder)
    else lost.push(kind)
  }
  if (lost.length === 0) return
  const code = documentsLostCode(lost)
  throw Object.assign(new Error('A document is not there.'), { code, retryable: false })
}

async function append(file: string, sent: SentApplication): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'a', 0o600)
  try {
    // The first line break ends what a crash may have cut off.
    await handle.appendFile(`\n${JSON.stringify(sent)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const queues = new Map<string, Promise<unknown>>()

/** Runs one task after another, per file. */
function alone<T>(file: string, task: () => Promise<T>): Promise<T> {
  const result = (queues.get(file) ?? Promise.resolve()).then(task)
  queues.set(
    file,
    result.catch(() => {}),
  )
  return result
}
