// Sending on a real disk: once per effect, with documents that are really there.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { tagOf } from 'dogear'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Submission } from '../flows/application/flow.ts'
import { readSent, submitApplicationTo } from './submit-application.ts'
import { pdf } from './uploads/uploads.fixture.ts'
import { createUploads, type Uploads } from './uploads/uploads.ts'

let folder: string
let uploads: Uploads
const file = () => join(folder, 'applications.ndjson')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'applications-'))
  uploads = createUploads({ folder: join(folder, 'uploads'), maxBytes: 1e6, maxAgeMs: 1e10 })
})
afterEach(() => rm(folder, { recursive: true }))

async function submission(): Promise<Submission> {
  const received = await uploads.receive(Readable.from([pdf]), { name: 'novel.pdf', session: tagOf('ada') })
  if ('problem' in received) throw new Error(received.problem)
  return { answers: { name: { fullName: 'Ada Lovelace' }, sample: { document: received.document } }, people: [] }
}

/** As the engine runs an effect. */
async function send(input: Submission, effectId = 'ada.submit.1') {
  const logic = submitApplicationTo(folder, uploads)
  const run = logic.config as (call: object) => Promise<{ reference: string }>
  return await run({ input, effectId, attempt: 1, signal: new AbortController().signal })
}

describe('an application that is sent', () => {
  it('is one line in the file, under a reference people can read out', async () => {
    const input = await submission()
    const { reference } = await send(input)
    expect(reference).toMatch(/^DG-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    expect(await readSent(file())).toEqual([{ ...input, reference, effectId: 'ada.submit.1', at: expect.any(String) }])
  })

  it('is written once, however often it is tried, also at once', async () => {
    const input = await submission()
    const replies = await Promise.all(Array.from({ length: 20 }, () => send(input)))
    expect(new Set(replies.map(({ reference }) => reference)).size).toBe(1)
    expect(await readSent(file())).toHaveLength(1)
  })

  it('stands beside others', async () => {
    const input = await submission()
    await Promise.all([send(input, 'ada.submit.1'), send(input, 'ada.submit.2')])
    expect((await readSent(file())).map(({ effectId }) => effectId)).toEqual(['ada.submit.1', 'ada.submit.2'])
  })

  it('is whole after a crash that cut off a line', async () => {
    const input = await submission()
    writeFileSync(file(), '{"reference":"DG-0000-0000","effectId":"eff')
    await send(input)
    await send(input)
    expect((await readSent(file())).map(({ effectId }) => effectId)).toEqual(['ada.submit.1'])
    expect(readFileSync(file(), 'utf8')).toContain('"effectId":"eff\n')
  })

  it('keeps its documents when the session and its files are gone', async () => {
    const input = await submission()
    await send(input)
    const { id = '' } = input.answers.sample?.document ?? {}
    await uploads.remove(id, tagOf('ada'))
    expect(readdirSync(join(folder, 'applications'))).toEqual([id])
    await expect(send(input)).resolves.toMatchObject({ reference: expect.any(String) })
  })

  it.each([
    ['is gone', { id: 'a'.repeat(32) }],
    ['is said to be of another type', { type: 'image/png' }],
    ['is said to have another name', { name: 'other.pdf' }],
  ])('with a document that %s is not written, and says which one it is', async (_, change) => {
    const input = await submission()
    Object.assign(input.answers.sample?.document ?? {}, change)
    await expect(send(input)).rejects.toMatchObject({ code: 'documents_lost:sample', retryable: false })
    expect(await readSent(file())).toEqual([])
  })
})
