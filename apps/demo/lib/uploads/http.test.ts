// Documents as requests: handed in as an event of a real flow, and given back to nobody else.

import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Problem } from 'dogear'
import { createHttp, type Http } from 'dogear/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { QuestionStep } from '../../flows/application/answers.ts'
import { goodAnswers, serveApplication, works } from '../../flows/application/flow.fixture.ts'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import type { ApplicationEvent } from '../../flows/application/questions.ts'
import { applicationForms } from './application.ts'
import { withErasure } from './erasing.ts'
import { createDocumentRoutes, type DocumentRoutes } from './http.ts'
import { readUploadForm } from './multipart.ts'
import { jpeg, pdf } from './uploads.fixture.ts'
import { createUploads, type Uploads } from './uploads.ts'

const site = 'https://shop.example'
const maxBytes = 50_000
const none = 'a'.repeat(32)

let folder: string
let http: Http
let uploads: Uploads
let routes: DocumentRoutes
let errors: unknown[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documents-'))
  errors = []
  uploads = createUploads({ folder, maxBytes, maxAgeMs: 1e10 })
  http = withErasure(createHttp({ engine: serveApplication() }), [{ pages: applicationPages, uploads }], (error) =>
    errors.push(error),
  )
  routes = serveDocuments(uploads)
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  expect(errors).toEqual([])
})

const serveDocuments = (uploads: Uploads) =>
  createDocumentRoutes({
    ...{ http, uploads, maxBytes, onError: (error: unknown) => errors.push(error) },
    ...{ pages: applicationPages, forms: applicationForms },
  })

let count = 0

/** A browser with a session of its own; `page` asks for pages as a browser without JavaScript does. */
function browser() {
  let cookie = ''
  const headers = (more: Record<string, string> = {}) => ({ 'sec-fetch-site': 'same-origin', cookie, ...more })
  const keep = (response: Response) => {
    const set = response.headers.getSetCookie()[0]
    if (set) cookie = set.split(';')[0] ?? ''
    return response
  }
  const self = {
    read: async () =>
      (await (
        await http.handle(new Request(`${site}/api/flows/application`, { headers: headers() }))
      ).json()) as ApplicationView,
    async send(event: ApplicationEvent, step?: string) {
      const { epoch, revision, mark, step: current } = await self.read()
      const body = { opId: `documents-${++count}`, step: step ?? current, position: { epoch, revision, mark }, event }
      const init = {
        method: 'POST',
        headers: headers({ 'content-type': 'application/json' }),
        body: JSON.stringify(body),
      }
      return keep(await http.handle(new Request(`${site}/api/flows/application/events`, init)))
    },
    async upTo(stop: QuestionStep) {
      for (;;) {
        const step = (await self.read()).step as QuestionStep
        if (step === stop) return self
        await self.send(step === 'employment' ? works('studying') : goodAnswers[step])
      }
    },
    /** The form of the page as a browser sends it. */
    async form(file?: File, { opId = `documents-${++count}`, step = 'sample' } = {}) {
      const { epoch, revision, mark } = await self.read()
      const form = new FormData()
      for (const [name, value] of Object.entries({
        opId,
        step,
        position: `${epoch}.${revision}.${mark}`,
        type: `${step}.submitted`,
      }))
        form.set(name, value)
      form.set('document', file ?? new File([], '', { type: 'application/octet-stream' }))
      return form
    },
    async post(form: FormData, { kind = 'sample', page = true, more = {} as Record<string, string> } = {}) {
      const init = {
        method: 'POST',
        body: form,
        headers: headers({ accept: page ? 'text/html' : 'application/json', ...more }),
      }
      return keep(await routes.receive(new Request(`${site}/api/documents/${kind}`, init), kind))
    },
    async upload(file: File) {
      return await self.post(await self.form(file))
    },
    get: (id: string) => routes.serve(new Request(`${site}/api/documents/${id}`, { headers: headers() }), id),
    end: () => http.handle(new Request(`${site}/api/flows/application`, { method: 'DELETE', headers: headers() })),
    document: async () => (await self.read()).context.answers.sample?.document,
  }
  return self
}

const novel = (content: Buffer | string = pdf, name = 'novel.pdf') => new File([content as never], name)
const stored = () => readdirSync(folder).filter((name) => !name.endsWith('.json'))

describe('handing a document in', () => {
  it('answers the question, keeps the file beside the session, and leads to the next page', async () => {
    const ada = await browser().upTo('sample')
    const response = await ada.upload(novel())
    expect([response.status, response.headers.get('location')]).toEqual([303, '/application/enrolment'])
    expect(await ada.document()).toMatchObject({ name: 'novel.pdf', size: pdf.length, type: 'application/pdf' })
    expect(stored()).toEqual([(await ada.document())?.id])
  })

  it('answers a script with the view, as every event does', async () => {
    const ada = await browser().upTo('sample')
    const response = await ada.post(await ada.form(novel()), { page: false })
    expect(await response.json()).toMatchObject({ outcome: 'applied', view: { step: 'enrolment' } })
  })

  it('again replaces the file', async () => {
    const ada = await browser().upTo('sample')
    await ada.upload(novel())
    await ada.upload(novel(jpeg, 'photo.jpeg'))
    expect(await ada.document()).toMatchObject({ name: 'photo.jpeg', type: 'image/jpeg' })
    expect(stored()).toEqual([(await ada.document())?.id])
  })

  it('without choosing a file keeps the one that is there', async () => {
    const ada = await browser().upTo('sample')
    await ada.upload(novel())
    const before = await ada.document()
    const response = await ada.post(await ada.form())
    expect(response.headers.get('location')).toBe('/application/enrolment')
    expect(await ada.document()).toEqual(before)
    expect(stored()).toEqual([before?.id])
  })

  it('twice by a double click is one document', async () => {
    const ada = await browser().upTo('sample')
    const forms = [await ada.form(novel(), { opId: 'double-click' }), await ada.form(novel(), { opId: 'double-click' })]
    const responses = await Promise.all(forms.map((form) => ada.post(form)))
    expect(responses.map((response) => response.headers.get('location'))).toEqual(
      Array(2).fill('/application/enrolment'),
    )
    expect(stored()).toEqual([(await ada.document())?.id])
  })

  it('with the form of an earlier visit and another file is another submission', async () => {
    const ada = await browser().upTo('sample')
    await ada.post(await ada.form(novel(), { opId: 'visited-before' }))
    await ada.post(await ada.form(novel(jpeg, 'photo.jpg'), { opId: 'visited-before' }))
    expect(await ada.document()).toMatchObject({ name: 'photo.jpg' })
  })

  it('under a hostile name is under a tame one', async () => {
    const ada = await browser().upTo('sample')
    await ada.upload(novel(pdf, '../../../../etc/cron.d/x\u202e.exe'))
    expect(await ada.document()).toMatchObject({ name: 'x.exe.pdf' })
    expect(stored()).toEqual([(await ada.document())?.id])
  })
})

describe('a document that cannot be taken', () => {
  it.each([
    ['of another type', () => novel('MZ\x90\0', 'novel.pdf'), 'file_type', 'The file must be a PDF'],
    ['too large', () => novel('a'.repeat(maxBytes + 1)), 'file_too_large', 'The file must be 5 MB or smaller'],
    ['much too large', () => novel('a'.repeat(40 * maxBytes)), 'file_too_large', 'The file must be 5 MB or smaller'],
    ['empty', () => novel('', 'empty.txt'), 'file_empty', 'The file is empty'],
    ['cut off', () => novel(pdf.subarray(0, 100)), 'file_incomplete', 'The file ends too early'],
    ['not chosen', () => undefined, 'file_missing', 'Choose the file with your writing sample'],
  ])(
    'because it is %s leads back with the reason, changes nothing and leaves nothing',
    async (_, make, code, message) => {
      const ada = await browser().upTo('sample')
      const { revision } = await ada.read()
      const response = await ada.post(await ada.form(make()))
      expect([response.status, response.headers.get('location')]).toEqual([303, `/application/sample?problem=${code}`])

      const scripted = await ada.post(await ada.form(make()), { page: false })
      const problem = (await scripted.json()) as Problem
      expect([scripted.status, problem.code]).toEqual([422, 'invalid_event'])
      expect(problem.issues).toEqual([{ path: ['document'], message: expect.stringContaining(message) }])
      expect((await ada.read()).revision).toBe(revision)
      expect(readdirSync(folder)).toEqual([])
    },
  )

  it('because the request ended in the middle leads back, too', async () => {
    const ada = await browser().upTo('sample')
    const whole = new Request(site, { method: 'POST', body: await ada.form(novel('a'.repeat(20_000), 'a.txt')) })
    const bytes = Buffer.from(await whole.clone().arrayBuffer())
    for (const length of [0, 100, 700, 5_000, bytes.length - 10]) {
      const headers = { 'content-type': whole.headers.get('content-type') ?? '' }
      const response = await ada.post(bytes.subarray(0, length) as never, { more: headers })
      expect(response.headers.get('location')).toBe('/application/sample?problem=upload_broken')
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('because the request ended in the middle leaves no part of it, at whatever moment that is', async () => {
    const form = new FormData()
    form.set('document', new File(['a'.repeat(20_000)], 'a.txt'))
    const whole = new Request(site, { method: 'POST', body: form })
    const headers = { 'content-type': whole.headers.get('content-type') ?? '' }
    const bytes = Buffer.from(await whole.arrayBuffer())
    const take = (content: Readable, name: string) => uploads.receive(content, { name, session: 'ada' })
    for (let round = 0; round < 200; round++)
      for (const length of [300, 5_000, bytes.length - 10]) {
        const request = new Request(site, { method: 'POST', body: bytes.subarray(0, length), headers })
        const read = await readUploadForm(request, { field: 'document', maxBytes, take, drop: async () => {} })
        expect([read, readdirSync(folder)]).toEqual([{ problem: 'upload_broken' }, []])
      }
  })

  it.each(['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary='])(
    'because it is sent as %s leads back, too',
    async (type) => {
      const ada = await browser().upTo('sample')
      const response = await ada.post('document=x' as never, { more: { 'content-type': type } })
      expect(response.headers.get('location')).toBe('/application/sample?problem=upload_broken')
    },
  )

  it('because nobody is asked for it yet leads to what is asked', async () => {
    const ada = await browser().upTo('project')
    const response = await ada.upload(novel())
    expect(response.headers.get('location')).toBe('/application/project?problem=not_accepted')
    expect(readdirSync(folder)).toEqual([])
  })

  it('because there is no session leads to the beginning', async () => {
    const response = await browser().upload(novel())
    expect(response.headers.get('location')).toBe('/application?problem=session_gone')
    expect(readdirSync(folder)).toEqual([])
  })

  it('because another site sent it changes nothing', async () => {
    const ada = await browser().upTo('sample')
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await ada.post(await ada.form(novel()), { more: { 'sec-fetch-site': site } })).status).toBe(403)
    }
    expect(await ada.document()).toBeUndefined()
    expect(readdirSync(folder)).toEqual([])
  })

  it('because the disk does not take it leads back, and is reported', async () => {
    const ada = await browser().upTo('sample')
    await writeFile(join(folder, 'file'), '')
    const broken = createUploads({ folder: join(folder, 'file'), maxBytes, maxAgeMs: 1e10 })
    routes = serveDocuments(broken)
    const response = await ada.upload(novel('a'.repeat(40_000), 'a.txt'))
    expect(response.headers.get('location')).toBe('/application/sample?problem=unavailable')
    expect(errors.splice(0)).toEqual([expect.objectContaining({ code: 'EEXIST' })])
  })

  it.each(['opId', 'position', 'step', 'type'])(
    'because a file is in the field %s changes nothing, or counts as if nothing were there [M21]',
    async (field) => {
      const ada = await browser().upTo('sample')
      const before = await ada.read()
      const form = await ada.form(novel())
      form.set(field, novel())
      const response = await ada.post(form, { page: false })
      const after = await ada.read()
      if (response.status === 200) {
        // Fields that the route does not read, and the one that only tells submissions apart.
        expect(['opId', 'step', 'type']).toContain(field)
        expect(stored()).toEqual([(await ada.document())?.id])
        return
      }
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ code: 'invalid_request' }),
      ])
      expect([after, stored()]).toEqual([before, []])
    },
  )

  it.each<[string, (form: FormData) => void]>([
    ['two fields for its position', (form) => form.append('position', form.get('position') ?? '')],
    ['two fields for its id', (form) => form.append('opId', 'another-submission')],
    ['two fields that nobody reads', (form) => form.append('step', 'enrolment')],
    ['a field and a file of one name', (form) => form.append('opId', novel())],
    ['two files', (form) => form.append('document', novel(jpeg, 'photo.jpg'))],
    ['a second file that was not chosen', (form) => form.append('document', new File([], ''))],
    ['a text beside the file', (form) => form.append('document', 'x')],
    ['three files', (form) => ['a', 'b'].map((name) => form.append(name, novel()))],
    ['a value that is too long', (form) => form.set('opId', 'x'.repeat(1_001))],
    ['too many fields', (form) => [...'abcdefg'].map((name) => form.append(name, ''))],
    ...['__proto__', 'constructor', 'prototype', 'a.__proto__.b', 'a[constructor]'].flatMap(
      (name): [string, (form: FormData) => void][] => [
        [`a field called ${name}`, (form) => form.append(name, 'x')],
        [`a file called ${name}`, (form) => form.append(name, novel())],
      ],
    ),
  ])('because its form has %s is refused, changes nothing and leaves nothing', async (_, spoil) => {
    const ada = await browser().upTo('sample')
    const before = await ada.read()
    for (const isFirst of [false, true]) {
      const form = await ada.form(novel('a'.repeat(20_000), 'a.txt'))
      spoil(form)
      // The file arrives whole before anything is wrong, or after it.
      const parts = [...form]
      const ordered = new FormData()
      for (const [name, value] of isFirst ? parts.reverse() : parts) ordered.append(name, value)
      const scripted = await ada.post(ordered, { page: false })
      expect([scripted.status, await scripted.json()]).toEqual([
        400,
        expect.objectContaining({ code: 'invalid_request' }),
      ])
      const response = await ada.post(ordered)
      expect(response.headers.get('location')).toBe('/application/sample?problem=invalid_request')
      expect([await ada.read(), readdirSync(folder)]).toEqual([before, []])
    }
  })

  it('because the request ended in a field after the file leaves nothing', async () => {
    const ada = await browser().upTo('sample')
    const form = await ada.form(novel())
    form.append('last', 'x'.repeat(500))
    const whole = new Request(site, { method: 'POST', body: form })
    const headers = { 'content-type': whole.headers.get('content-type') ?? '' }
    const bytes = Buffer.from(await whole.arrayBuffer())
    const response = await ada.post(bytes.subarray(0, bytes.length - 300) as never, { more: headers })
    expect(response.headers.get('location')).toBe('/application/sample?problem=upload_broken')
    expect(readdirSync(folder)).toEqual([])
  })

  it('because there are too many already leads back, however large it is', async () => {
    const ada = await browser().upTo('sample')
    const full = createUploads({ folder, maxBytes: 1e7, maxAgeMs: 1e10, maxFiles: 0 })
    routes = createDocumentRoutes({
      ...{ http, uploads: full, maxBytes: 1e7, onError: (error: unknown) => errors.push(error) },
      ...{ pages: applicationPages, forms: applicationForms },
    })
    const response = await ada.upload(novel('a'.repeat(3_000_000), 'a.txt'))
    expect(response.headers.get('location')).toBe('/application/sample?problem=file_too_many')
  })

  it('because it is of no known kind is not found', async () => {
    const ada = await browser().upTo('sample')
    for (const kind of ['portrait', '__proto__', '../sample'])
      expect((await ada.post(await ada.form(novel()), { kind })).status).toBe(404)
  })
})

describe('a document that was handed in', () => {
  it('is given back whole, to be saved and not to be shown', async () => {
    const ada = await browser().upTo('sample')
    await ada.upload(novel())
    const response = await ada.get((await ada.document())?.id ?? '')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(pdf)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-disposition': `attachment; filename="novel.pdf"; filename*=UTF-8''novel.pdf`,
      'content-type': 'application/pdf',
      'content-length': String(pdf.length),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
  })

  it('is not there for another session, not even for one that claims it', async () => {
    const [ada, eve] = [await browser().upTo('sample'), await browser().upTo('sample')]
    await ada.upload(novel())
    const document = await ada.document()
    if (!document) throw new Error('there is no document')
    expect((await eve.get(document.id)).status).toBe(404)
    expect((await browser().get(document.id)).status).toBe(404)
    await eve.send({ type: 'sample.submitted', document })
    expect((await eve.get(document.id)).status).toBe(404)
    // Nor does it go when the session that claims it hands in one of its own, or ends.
    await eve.upload(novel(jpeg, 'photo.jpg'))
    await eve.end()
    expect((await ada.get(document.id)).status).toBe(200)
  })

  it('goes with its session', async () => {
    const ada = await browser().upTo('sample')
    await ada.upload(novel())
    expect(stored()).toHaveLength(1)
    expect((await ada.end()).status).toBe(204)
    expect(readdirSync(folder)).toEqual([])
  })

  it('is not there once it was replaced, or when the question is gone', async () => {
    const ada = await browser().upTo('sample')
    await ada.upload(novel())
    const first = (await ada.document())?.id ?? ''
    await ada.upload(novel(jpeg, 'photo.jpg'))
    expect((await ada.get(first)).status).toBe(404)

    await ada.post(await ada.form(novel(), { step: 'enrolment' }), { kind: 'enrolment' })
    const proof = (await ada.read()).context.answers.enrolment?.document.id ?? ''
    expect((await ada.get(proof)).status).toBe(200)
    await ada.send(works('none'), 'employment')
    expect((await ada.get(proof)).status).toBe(404)
  })

  it.each(['..', '../development.key', none, `${none}.json`, '%2e%2e', ''])('called %j is not there', async (id) => {
    const ada = await browser().upTo('sample')
    await ada.upload(novel())
    expect((await ada.get(id)).status).toBe(404)
  })
})
