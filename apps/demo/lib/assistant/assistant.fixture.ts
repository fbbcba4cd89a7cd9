// The assistant on a real engine with its real effects and files in a folder of its own, for tests. The model is given.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createEngine, type Engine, memoryStore, type Store, tagOf } from 'dogear'
import { talker } from '../../flows/assistant/flow.fixture.ts'
import { createUploads } from '../uploads/uploads.ts'
import { type Beside, createBeside } from './beside.ts'
import type { Model } from './model/model.ts'
import { provideAssistant } from './provide.ts'
import type { Shelf } from './shelf.ts'

export type Noted = { event: string; fields: Readonly<Record<string, string | number>> }

/** Documents and what lies beside them in a folder of their own; `noted` is what was logged. */
export function makeShelf(folder: string = mkdtempSync(join(tmpdir(), 'conversations-'))) {
  const noted: Noted[] = []
  const beside: Beside = createBeside(folder)
  const types = ['application/pdf', 'text/plain']
  const uploads = createUploads({ folder, maxBytes: 10 * 1024 * 1024, maxAgeMs: 1e10, types })
  const shelf: Shelf = { uploads, beside, note: (event, fields) => noted.push({ event, fields }) }
  return { shelf, folder, noted, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

type EngineOptions = Partial<Parameters<typeof createEngine>[0]>

export function serveAssistant(shelf: Shelf, model: Model, options: EngineOptions = {}): Engine {
  const store: Store = options.store ?? memoryStore()
  return createEngine({ ...options, store, flows: [provideAssistant(shelf, model)] })
}

/** Hands a file in as the upload route does, and sends it. Resolves with the outcome. */
export async function giveDocument(
  person: ReturnType<typeof talker>,
  shelf: Shelf,
  content: Uint8Array | string,
  name = 'engine.txt',
): Promise<string> {
  const session = tagOf(person.id())
  const received = await shelf.uploads.receive(Readable.from([Buffer.from(content as string)]), { name, session })
  if ('problem' in received) throw new Error(received.problem)
  const { document, hash } = received
  return await person.send({ type: 'document.given', document: { ...document, hash } })
}

/** Somebody with a document that was read, at the beginning of the conversation. */
export async function reader(engine: Engine, shelf: Shelf, content: Uint8Array | string, name?: string) {
  const person = talker(engine)
  await person.send({ type: 'name.given', name: 'Ada' })
  await giveDocument(person, shelf, content, name)
  await settled(person)
  return person
}

/** Waits until nothing is under way; resolves with the view. */
export async function settled(person: Pick<ReturnType<typeof talker>, 'read'>) {
  for (;;) {
    const view = await person.read()
    if (view.pending.length === 0) return view
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
