// Documents on a real disk: what is taken, under which name, and for how long.

import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asAttachment, fileName } from './names.ts'
import { docx, jpeg, pdf, png, zip } from './uploads.fixture.ts'
import { createUploads, type Uploads } from './uploads.ts'

const maxBytes = 100_000
const day = 86_400_000
let root: string
let folder: string
let now: number
let uploads: Uploads

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'uploads-'))
  folder = join(root, 'uploads')
  now = Date.now()
  uploads = createUploads({ folder, maxBytes, maxAgeMs: 180 * day, clock: () => now })
})
afterEach(() => rm(root, { recursive: true }))

const receive = (content: Buffer | string, name = 'file') =>
  uploads.receive(Readable.from([Buffer.from(content)]), { name, session: 'ada' })

async function taken(content: Buffer | string, name?: string) {
  const received = await receive(content, name)
  if ('problem' in received) throw new Error(received.problem)
  return received.document
}

const text = async (stream: ReadableStream<Uint8Array>) => Buffer.from(await new Response(stream).arrayBuffer())
const age = (name: string, days: number) => {
  const at = (now - days * day) / 1000
  utimesSync(join(folder, name), at, at)
}

describe('a file', () => {
  it.each([
    ['a PDF', pdf, 'application/pdf', 'draft.pdf'],
    ['a PNG', png, 'image/png', 'draft.png'],
    ['a JPEG', jpeg, 'image/jpeg', 'draft.jpg'],
    ['a Word document', docx, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'draft.docx'],
    ['plain text', Buffer.from('Chapter 1\r\n\tIt was ünlikely.\n'), 'text/plain', 'draft.txt'],
    ['text that begins like a bitmap', Buffer.from('BM was how he signed his letters.'), 'text/plain', 'draft.txt'],
  ])('that is %s is taken, whatever it is called', async (_, content, type, name) => {
    const document = await taken(content, 'draft')
    expect(document).toEqual({ id: expect.stringMatching(/^[\w-]{32}$/), name, size: content.length, type })
    expect(await uploads.find(document.id, 'ada')).toEqual({ ...document, session: 'ada' })
    expect(await text(uploads.read(document.id))).toEqual(content)
    expect((await taken(content, 'evil.exe')).name).toMatch(/^evil\.exe\.\w+$/)
  })

  it.each([
    ['a program called a PDF', Buffer.from('MZ\x90\0\x03\0\0\0'), 'draft.pdf'],
    ['an archive called a Word document', zip('notes.txt'), 'draft.docx'],
    [
      'a drawing that may hold scripts',
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
      'a.png',
    ],
    ['bytes called text', Buffer.from([0x41, 0x00, 0x42]), 'draft.txt'],
    ['text in another encoding', Buffer.from([0x41, 0xe4, 0x42]), 'draft.txt'],
    ['an animated image', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;'), 'draft.jpg'],
  ])('that is %s is refused', async (_, content, name) => {
    expect(await receive(content, name)).toEqual({ problem: 'file_type' })
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['a PDF', pdf],
    ['a PNG', png],
    ['a Word document', docx],
  ])('that is %s and ends too early is refused', async (_, content) => {
    expect(await receive(content.subarray(0, content.length - 30))).toEqual({ problem: 'file_incomplete' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('that is empty is refused', async () => {
    expect(await receive('')).toEqual({ problem: 'file_empty' })
  })

  it('is taken up to the limit, and not one byte beyond', async () => {
    expect((await taken('a'.repeat(maxBytes))).size).toBe(maxBytes)
    expect(await receive('a'.repeat(maxBytes + 1))).toEqual({ problem: 'file_too_large' })
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('whose stream breaks leaves nothing behind', async () => {
    const broken = new Readable({ read() {} })
    broken.push(pdf.subarray(0, 50))
    const receiving = uploads.receive(broken, { name: 'a.pdf', session: 'ada' })
    broken.destroy(new Error('the line was cut'))
    await expect(receiving).rejects.toThrow('the line was cut')
    expect(readdirSync(folder)).toEqual([])
  })

  it('can be read by nobody else on the machine', async () => {
    const { id } = await taken(pdf)
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(statSync(join(folder, id)).mode & 0o077).toBe(0)
    expect(statSync(join(folder, `${id}.json`)).mode & 0o077).toBe(0)
  })

  it('that lost a part of itself counts as gone', async () => {
    const { id } = await taken(pdf)
    await rm(join(folder, id))
    expect(await uploads.find(id, 'ada')).toBeUndefined()
  })
})

describe('a session', () => {
  it('finds and removes only what it has handed in itself', async () => {
    const { id } = await taken(pdf)
    expect(await uploads.find(id, 'eve')).toBeUndefined()
    await uploads.remove(id, 'eve')
    expect(await uploads.find(id, 'ada')).toMatchObject({ id })
  })

  it('has room for eight files, and another one for its own', async () => {
    for (let count = 0; count < 8; count++) await taken(pdf)
    expect(await receive(pdf)).toEqual({ problem: 'file_too_many' })
    const other = await uploads.receive(Readable.from([pdf]), { name: 'a.pdf', session: 'eve' })
    expect(other).toHaveProperty('document')
  })

  it('takes all of its files with it, and nobody else’s', async () => {
    const received = await uploads.receive(Readable.from([pdf]), { name: 'a.pdf', session: 'eve' })
    for (let count = 0; count < 3; count++) await taken(pdf)
    await uploads.erase('ada')
    expect(readdirSync(folder)).toHaveLength(2)
    const { document } = received as { document: { id: string } }
    expect(await uploads.find(document.id, 'eve')).toBeDefined()
  })
})

describe('an id', () => {
  it.each([
    '',
    '..',
    '../uploads',
    `..${'/'.repeat(30)}`,
    '/etc/passwd',
    'a'.repeat(31),
    `${'a'.repeat(32)}.json`,
    'a\0',
  ])('like %j finds nothing and touches nothing', async (id) => {
    expect(await uploads.find(id, 'ada')).toBeUndefined()
    expect(() => uploads.read(id)).toThrow(TypeError)
    await expect(uploads.remove(id, 'ada')).rejects.toThrow(TypeError)
    await expect(uploads.keep(id, join(root, 'kept'))).rejects.toThrow(TypeError)
  })
})

describe('the name of a file', () => {
  it.each([
    ['../../etc/passwd', 'passwd.pdf'],
    ['C:\\Users\\Ada\\My novel.PDF', 'My novel.PDF'],
    ['..pdf', 'pdf.pdf'],
    ['.htaccess', 'htaccess.pdf'],
    ['a\r\nSet-Cookie: x=1.pdf', 'aSet-Cookie_ x=1.pdf'],
    ['\u202Efdp.exe', 'fdp.exe.pdf'],
    ['"quoted" <b>.pdf', '_quoted_ _b_.pdf'],
    ['Kapitel\u0308 1.pdf', 'Kapitel\u0308 1.pdf'.normalize('NFC')],
    ['', 'document.pdf'],
    [' . ', 'document.pdf'],
    ['novel.pdf.exe', 'novel.pdf.exe.pdf'],
  ])('%j becomes %j', (given, name) => {
    expect(fileName(given, 'pdf')).toBe(name)
  })

  it('is short, has no path in it, and ends as its type does, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
        const name = fileName(given, 'png')
        expect([...name].length).toBeLessThanOrEqual(120)
        expect(name).toMatch(/^[^/\\\p{Cc}"]+\.png$/iu)
        expect(asAttachment(name)).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w.!~%-]+$/)
      }),
    )
  })

  it('is offered for saving in ASCII and in full', () => {
    expect(asAttachment("Ada's (größe).pdf")).toBe(
      `attachment; filename="Ada's (gr__e).pdf"; filename*=UTF-8''Ada%27s%20%28gr%C3%B6%C3%9Fe%29.pdf`,
    )
  })
})

describe('the folder', () => {
  it('loses what no session can refer to any more, and parts of files after a day', async () => {
    const [old, young] = [await taken(pdf), await taken(png)]
    age(old.id, 181)
    age(`${old.id}.json`, 181)
    age(young.id, 179)
    const part = `${'p'.repeat(32)}.part`
    writeFileSync(join(folder, part), 'half')
    age(part, 2)
    expect(await uploads.sweep()).toBe(3)
    expect(readdirSync(folder).sort()).toEqual([young.id, `${young.id}.json`].sort())
  })

  it('is swept by those who hand something in, at most once an hour', async () => {
    const old = await taken(pdf)
    age(old.id, 181)
    now += 30 * 60_000
    await taken(pdf)
    expect(readdirSync(folder)).toContain(old.id)
    now += 31 * 60_000
    await taken(pdf)
    expect(readdirSync(folder)).not.toContain(old.id)
  })

  it('keeps a copy of what was sent where the sweep does not come', async () => {
    const { id } = await taken(pdf)
    const kept = join(root, 'applications')
    await uploads.keep(id, kept)
    await uploads.keep(id, kept)
    await uploads.remove(id, 'ada')
    expect(await uploads.find(id, 'ada')).toBeUndefined()
    expect(readFileSync(join(kept, id))).toEqual(pdf)
  })

  it('need not be there', async () => {
    expect(await uploads.sweep()).toBe(0)
    expect(await uploads.find('a'.repeat(32), 'ada')).toBeUndefined()
  })
})
