// Documents on their way back: no file stays open, and no failure of the disk says where it is.

import { fstatSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { toErrorLine } from 'dogear'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentRef } from '../../flows/documents.ts'
import type { FlowView } from './form.ts'
import { createDocumentRoutes } from './http.ts'
import { createUploads, type Uploads } from './uploads.ts'

const site = 'https://shop.example'
const content = Buffer.from('It was a dark night.\n'.repeat(13_000))
const session = 'ada'

let folder: string
let uploads: Uploads
let document: DocumentRef
let errors: unknown[]
let before: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serving-'))
  uploads = createUploads({ folder, maxBytes: 1e6, maxAgeMs: 1e10 })
  const received = await uploads.receive(Readable.from([content]), { name: 'a.txt', session })
  if ('problem' in received) throw new Error(received.problem)
  document = received.document
  errors = []
  before = openFiles()
})
afterEach(() => rm(folder, { recursive: true }))

const view: FlowView = { saved: true, tag: session, status: 'active', steps: [] }

/** The answer to the owner of the document. */
function ask(method = 'GET', from = uploads): Promise<Response> {
  const http = {
    handle: async () => Response.json(view),
    isFromHere: () => true,
    readWords: () => Promise.reject(new Error('nothing is said here')),
  }
  const form = {
    ...{ step: 'sample', isAsked: () => true, eventOf: () => ({ type: 'sample.submitted' }) },
    ...{ documentIn: () => document, messageOf: () => undefined },
  }
  const routes = createDocumentRoutes<FlowView>({
    ...{ http, uploads: from, maxBytes: 1e6, pages: { base: '/application', url: '/api/flows/application' } },
    ...{ forms: { sample: form }, onError: (error) => errors.push(error) },
  })
  return routes.serve(new Request(`${site}/api/documents/${document.id}`, { method }), document.id)
}

/** The number of files that this process has open, of whatever folder: the tests of one file run one by one. */
const openFiles = (): number =>
  readdirSync('/dev/fd').filter((name) => {
    try {
      return fstatSync(Number(name)).isFile()
    } catch {
      return false
    }
  }).length

const readerOf = (answer: Response) => (answer.body as ReadableStream<Uint8Array>).getReader()

describe('fifty answers', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['nobody reads', () => ask()],
    ['belong to HEAD', () => ask('HEAD')],
    ['are read whole', async () => expect(content.equals(Buffer.from(await (await ask()).arrayBuffer()))).toBe(true)],
    ['are given up unread', async () => (await ask()).body?.cancel()],
    [
      'are given up after the first bytes',
      async () => {
        const reader = readerOf(await ask())
        expect((await reader.read()).value?.length).toBeGreaterThan(0)
        expect(openFiles()).toBeGreaterThan(before)
        await reader.cancel()
      },
    ],
    [
      'are given up while the file is opened',
      async () => {
        const reader = readerOf(await ask())
        const reading = reader.read()
        await reader.cancel()
        await reading
      },
    ],
    [
      'are led into a pipe that breaks',
      async () => {
        const pipe = new WritableStream({ write: () => Promise.reject(new Error('the client has left')) })
        await expect((await ask()).body?.pipeTo(pipe)).rejects.toThrow('the client has left')
      },
    ],
  ])('that %s leave no file open', async (_, answer) => {
    const answers = await Promise.all(Array.from({ length: 50 }, answer))
    await expect.poll(openFiles).toBe(before)
    expect([answers.length, errors]).toEqual([50, []])
  })
})

it('an upload leaves no file open, be it taken, refused or broken', async () => {
  let count = 0
  const receive = (source: Readable) => uploads.receive(source, { name: 'a', session: `eve-${++count}-` })
  for (let round = 0; round < 20; round++) {
    await receive(Readable.from([content]))
    await receive(Readable.from([Buffer.from('MZ\x90\0')]))
    await receive(Readable.from([Buffer.from('GIF89a\x01\0\x01\0\0\0\0;')]))
    await receive(Readable.from([Buffer.from('%PDF-1.4')]))
    const broken = new Readable({ read() {} })
    broken.push(content)
    const receiving = receive(broken)
    if (round % 2) await new Promise((resolve) => setTimeout(resolve, round))
    broken.destroy(new Error('the line was cut'))
    await expect(receiving).rejects.toThrow()
  }
  await expect.poll(openFiles).toBe(before)
})

describe('a HEAD', () => {
  it('is answered as a GET, without the file', async () => {
    const [head, get] = [await ask('HEAD'), await ask()]
    expect([head.status, head.body, [...head.headers]]).toEqual([200, null, [...get.headers]])
  })
})

/** A link that leads to itself can be opened by nobody, not even by an administrator. */
async function spoil(name: string): Promise<void> {
  await rm(join(folder, name))
  await symlink(name, join(folder, name))
}

const failingAs = (code: string) => {
  const path = join(folder, `${document.id}.json`)
  return Object.assign(new Error(`${code}: it did not work, open '${path}'`), { code, path })
}

describe('a disk that fails', () => {
  const logged = () => JSON.stringify(errors.map(toErrorLine))

  it.each<[string, string, () => Promise<Uploads>]>([
    ['that the description cannot be opened', 'ELOOP', () => spoil(`${document.id}.json`).then(() => uploads)],
    ['that the file cannot be opened', 'ELOOP', () => spoil(document.id).then(() => uploads)],
    [
      'too many files are open',
      'EMFILE',
      async () => ({ ...uploads, find: () => Promise.reject(failingAs('EMFILE')) }),
    ],
    [
      'that the file may not be read',
      'EACCES',
      async () => ({
        ...uploads,
        pathOf: () => {
          throw failingAs('EACCES')
        },
      }),
    ],
  ])('so %s is told as such, and logged without its path', async (_, code, prepare) => {
    const from = await prepare()
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(method, from)
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([503, 'private, no-store'])
      const said = await answer.text()
      expect(JSON.parse(said)).toMatchObject({ status: 503, code: 'unavailable' })
      expect(said).not.toMatch(new RegExp(`${folder}|${document.id}`))
    }
    expect(errors).toHaveLength(2)
    expect(logged()).toContain(code)
    expect(logged()).not.toMatch(new RegExp(`${folder}|${document.id}`))
  })

  it('so that the file went since it was found is a document that is not there', async () => {
    const kept = await uploads.find(document.id, session)
    await uploads.remove(document.id, session)
    expect((await ask('GET', { ...uploads, find: async () => kept })).status).toBe(404)
  })

  it('in the middle of an answer breaks it off, and is logged without its path', async () => {
    const answer = await ask()
    await uploads.remove(document.id, session)
    const error = await answer.arrayBuffer().catch((error: unknown) => error)
    expect(error).toEqual(new Error('the file cannot be read'))
    expect(`${(error as Error).stack}${(error as Error).cause}`).not.toMatch(new RegExp(`${folder}|${document.id}`))
    expect(logged()).toContain('ENOENT')
    expect(logged()).not.toMatch(new RegExp(`${folder}|${document.id}`))
  })
})
