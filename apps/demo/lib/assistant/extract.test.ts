// Reading real documents: once, with progress, and with a refusal that says what is wrong with one.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { tagOf } from 'dogear'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Extracted, ExtractInput } from '../../flows/assistant/context.ts'
import type { AssistantDocument } from '../../flows/assistant/events.ts'
import { makeShelf } from './assistant.fixture.ts'
import { extractWith } from './extract.ts'
import { readPassagesIn } from './passages.ts'
import { bombPdf, imagePdf, longPdf, pdfOf } from './pdf.fixture.ts'
import { readPdf } from './read-pdf.ts'

const ada = tagOf('ada')
const line = 'The engine weaves algebraic patterns just as the loom weaves flowers.'

let made: ReturnType<typeof makeShelf>
beforeEach(() => {
  made = makeShelf()
})
afterEach(() => made.remove())

async function upload(
  content: Uint8Array | string,
  name = 'engine.pdf',
): Promise<AssistantDocument & { hash: string }> {
  const session = ada
  const received = await made.shelf.uploads.receive(Readable.from([Buffer.from(content as string)]), { name, session })
  if ('problem' in received) throw new Error(received.problem)
  return { ...received.document, type: received.document.type as 'text/plain', hash: received.hash }
}

type Call = { session?: string; signal?: AbortSignal; progress?: (value: unknown) => void; dropped?: string | null }

/** As the engine runs the effect. */
async function extract(document: AssistantDocument, call: Call = {}): Promise<Extracted> {
  const { session = 'ada', signal = new AbortController().signal, progress = () => {}, dropped = null } = call
  const run = extractWith(made.shelf).config as (call: object) => Promise<Extracted>
  const input: ExtractInput = { document, dropped }
  return await run({ input, effectId: `${session}.extract.1`, attempt: 1, signal, progress })
}

const passagesOf = (document: { id: string }, session = ada) => readPassagesIn(made.shelf.beside, document, session)

describe('a document', () => {
  it('is read page by page, with progress, and its passages are kept beside it', async () => {
    const document = await upload(await pdfOf([[line], ['The second page.'], [line]], { title: ' On  engines ' }))
    const progress: unknown[] = []
    expect(await extract(document, { progress: (value) => progress.push(value) })).toEqual({
      ...{ title: 'On engines', pages: 3, passages: 3 },
      hash: document.hash,
    })
    expect(progress).toEqual([
      { percent: 33, page: 1, pages: 3 },
      { percent: 67, page: 2, pages: 3 },
      { percent: 100, page: 3, pages: 3 },
    ])
    expect(await passagesOf(document)).toMatchObject({
      title: 'On engines',
      passages: [
        { n: 1, page: 1, text: line },
        { n: 2, page: 2, text: 'The second page.' },
        { n: 3, page: 3, text: line },
      ],
    })
    expect(made.noted).toEqual([
      { event: 'document.extracted', fields: { document: document.id, pages: 3, passages: 3 } },
    ])
  })

  it('is read once, however often that is tried, also when the file itself has gone', async () => {
    const document = await upload(await pdfOf([[line]]))
    const first = await extract(document)
    const before = readdirSync(made.folder)
    await made.shelf.uploads.remove('a'.repeat(32), ada)
    expect(await extract(document)).toEqual(first)
    expect(await extract({ ...document, hash: null })).toEqual(first)
    expect(made.noted).toHaveLength(1)
    expect(readdirSync(made.folder)).toEqual(before)
  })

  it('of plain text has the pages that form feeds part, and the name of its file', async () => {
    const document = await upload(`\ufeffOne.\n\nStill one.\fTwo.`, 'notes.txt')
    expect(await extract(document)).toMatchObject({ title: 'notes.txt', pages: 2, passages: 2 })
    expect((await passagesOf(document))?.passages.map(({ text }) => text)).toEqual(['One. Still one.', 'Two.'])
  })

  it('of version 1 gets its hash', async () => {
    const document = await upload('One.', 'notes.txt')
    expect(await extract({ ...document, hash: null })).toMatchObject({ hash: document.hash })
  })

  it('takes the place of one that was dropped, of which nothing is left', async () => {
    const first = await upload('One.', 'notes.txt')
    await extract(first)
    const second = await upload('Two.', 'more.txt')
    await extract(second, { dropped: first.id })
    const names = readdirSync(made.folder)
    expect(names.filter((name) => name.startsWith(first.id))).toEqual([])
    expect(names.sort()).toEqual([second.id, `${second.id}.json`, `${second.id}.passages.json`])
  })

  it('is shown to nobody but its session', async () => {
    const document = await upload('One.', 'notes.txt')
    await extract(document)
    expect(await passagesOf(document, tagOf('eve'))).toBeUndefined()
    await expect(extract(document, { session: 'eve' })).rejects.toMatchObject({ code: 'document_lost' })
    await expect(extract(await upload('Two.'), { session: 'eve', dropped: document.id })).rejects.toMatchObject({
      code: 'document_lost',
    })
    expect(await passagesOf(document)).toBeDefined()
  })

  it('is not read any more once nobody waits for it', async () => {
    const document = await upload(await pdfOf(Array.from({ length: 50 }, () => [line])))
    const aborter = new AbortController()
    const reading = extract(document, { signal: aborter.signal, progress: () => aborter.abort(new Error('left')) })
    await expect(reading).rejects.toThrow('left')
    expect(await passagesOf(document)).toBeUndefined()
  })
})

describe('a document that cannot be read', () => {
  const pages = (count: number) => Array.from({ length: count }, (_, index) => [`Page ${index + 1}. ${line}`])
  it.each([
    ['document_encrypted', 'asks for a password', () => pdfOf([[line]], { password: 'secret' })],
    ['document_too_long', 'has 1,000 pages', () => pdfOf(pages(1_000))],
    ['document_too_long', 'has pages without end on one page', async () => longPdf()],
    ['document_without_text', 'is a picture', imagePdf],
    ['document_without_text', 'is blank', () => pdfOf([[], []])],
    [
      'document_unreadable',
      'is cut out of the middle',
      async () => {
        const whole = await pdfOf([[line]])
        return Buffer.concat([whole.subarray(0, 200), Buffer.from('\n%%EOF\n')])
      },
    ],
    ['document_unreadable', 'is noise', async () => Buffer.from(`%PDF-1.4\n${'\u0001noise '.repeat(500)}\n%%EOF\n`)],
  ])('is refused as %s if it %s', { timeout: 60_000 }, async (code, _, make) => {
    const document = await upload(await make())
    await expect(extract(document)).rejects.toMatchObject({ code, retryable: false })
    expect(readdirSync(made.folder).sort()).toEqual([document.id, `${document.id}.json`])
    expect(made.noted).toEqual([])
  })

  it('is a bomb: it takes no more memory and time than it is given', { timeout: 60_000 }, async () => {
    const path = join(made.folder, 'bomb.pdf')
    writeFileSync(path, bombPdf())
    const reading = { signal: new AbortController().signal, onPage: () => {} }
    const before = process.memoryUsage.rss()
    const limits = { timeoutMs: 30_000, maxMegabytes: 400 }
    await expect(readPdf(path, reading, limits)).rejects.toMatchObject({ code: 'document_too_long' })
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024)
    const impatient = { timeoutMs: 300, maxMegabytes: 4_000 }
    await expect(readPdf(path, reading, impatient)).rejects.toMatchObject({ code: 'document_too_long' })
  })

  it('is not the one the session refers to', async () => {
    const document = await upload('One.', 'notes.txt')
    for (const change of [
      { size: 5 },
      { name: 'other.txt' },
      { hash: 'f'.repeat(64) },
      { id: `${ada}${'x'.repeat(22)}` },
    ])
      await expect(extract({ ...document, ...change })).rejects.toMatchObject({
        code: 'document_lost',
        retryable: false,
      })
  })

  it('was changed on the disk', async () => {
    const document = await upload('One.', 'notes.txt')
    writeFileSync(join(made.folder, document.id), 'Two.')
    expect(readFileSync(join(made.folder, document.id), 'utf8')).toBe('Two.')
    await expect(extract(document)).rejects.toMatchObject({ code: 'document_lost' })
  })
})
