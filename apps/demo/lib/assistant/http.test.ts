// The document of a conversation as a request: handed in with and without a session, erased with it.

import { readdirSync } from 'node:fs'
import { createHttp, type Http } from 'dogear/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssistantView } from '../../flows/assistant/flow.ts'
import { withErasure } from '../uploads/erasing.ts'
import { createDocumentRoutes, type DocumentRoutes } from '../uploads/http.ts'
import { docx, pdf, png } from '../uploads/uploads.fixture.ts'
import { makeShelf, serveAssistant } from './assistant.fixture.ts'
import { assistantForms, assistantPlace } from './form.ts'
import { pdfOf } from './pdf.fixture.ts'

const site = 'https://shop.example'
const maxBytes = 50_000

let made: ReturnType<typeof makeShelf>
let http: Http
let routes: DocumentRoutes
let errors: unknown[]
let signedIn: string | null

beforeEach(() => {
  made = makeShelf()
  errors = []
  signedIn = null
  const engine = serveAssistant(made.shelf, async () => 'The loom weaves [1].', { keys: 'a'.repeat(64) })
  const onError = (error: unknown) => errors.push(error)
  const { uploads } = made.shelf
  const served = createHttp({
    engine,
    identify: async () => (signedIn === null ? null : { id: signedIn, label: signedIn }),
    inputs: { assistant: async () => ({ name: signedIn }) },
  })
  http = withErasure(served, [{ pages: assistantPlace, uploads }], onError)
  routes = createDocumentRoutes({ http, uploads, maxBytes, onError, pages: assistantPlace, forms: assistantForms })
})
afterEach(() => {
  made.remove()
  expect(errors).toEqual([])
})

let count = 0
const text = new File(['The loom weaves.'], 'notes.txt')

/** A browser with its cookies, for the session under `name`. */
function browser(name = 'assistant') {
  const cookies = new Map<string, string>()
  const url = `${site}/api/flows/${name}`
  const headers = (more: Record<string, string> = {}) => ({
    'sec-fetch-site': 'same-origin',
    cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; '),
    ...more,
  })
  const keep = (response: Response) => {
    for (const set of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(key, value)
    }
    return response
  }
  const self = {
    read: async () => (await (await http.handle(new Request(url, { headers: headers() }))).json()) as AssistantView,
    async send(event: object) {
      const { step } = await self.read()
      const init = {
        method: 'POST',
        headers: headers({ 'content-type': 'application/json' }),
        body: JSON.stringify({ opId: `conversations-${++count}`, ...(step && { step }), event }),
      }
      return keep(await http.handle(new Request(`${url}/events`, init)))
    },
    async post(file: File | undefined, { opId = `conversations-${++count}`, json = false } = {}) {
      const { epoch, revision, mark } = await self.read()
      const body = new FormData()
      body.set('opId', opId)
      body.set('position', `${epoch}.${revision}.${mark}`)
      body.set('document', file ?? new File([], ''))
      const accept = json ? { accept: 'application/json' } : { accept: 'text/html' }
      const request = new Request(`${site}/api/assistant/document`, { method: 'POST', headers: headers(accept), body })
      return keep(await routes.receive(request, 'document'))
    },
    get: (id: string) => routes.serve(new Request(`${site}/api/assistant/${id}`, { headers: headers() }), id),
    call: (path: string, method: string) =>
      http.handle(new Request(`${url}${path}`, { method, headers: headers({ 'content-type': 'application/json' }) })),
    until: (step: string) => expect.poll(async () => (await self.read()).step, { timeout: 10_000 }).toBe(step),
  }
  return self
}

const guest = async () => {
  const ada = browser()
  await ada.send({ type: 'name.given', name: 'Ada' })
  return ada
}
/** Short documents are read before the answer comes. */
const going = /^\/assistant\/(reading|conversation)$/
const where = (response: Response) => [response.status, response.headers.get('location')]

describe('a document that is handed in', () => {
  it('leads on to its reading, and is given back to nobody else', async () => {
    const ada = await guest()
    const content = await pdfOf([['The loom weaves.']])
    expect(where(await ada.post(new File([content as never], 'engine.pdf')))).toEqual([
      303,
      expect.stringMatching(going),
    ])
    await ada.until('conversation')
    const { document } = (await ada.read()).context
    expect(document).toMatchObject({ name: 'engine.pdf', type: 'application/pdf', size: content.length })
    expect(document?.hash).toMatch(/^[0-9a-f]{64}$/)
    const id = document?.id ?? ''
    expect(Buffer.from(await (await ada.get(id)).arrayBuffer())).toEqual(Buffer.from(content))
    expect((await browser().get(id)).status).toBe(404)
  })

  it('begins the session of somebody whose name is known', async () => {
    signedIn = 'ada@example.org'
    const ada = browser()
    expect(await ada.read()).toMatchObject({ saved: false, step: 'document' })
    const answer = await ada.post(text, { json: true })
    expect(await answer.json()).toMatchObject({ outcome: 'applied', view: { saved: true } })
    await ada.until('conversation')
    expect((await ada.read()).context).toMatchObject({ name: 'ada@example.org', document: { name: 'notes.txt' } })
  })

  it('twice by a double click is one document', async () => {
    const ada = await guest()
    const opId = 'double-click-1'
    const answers = [await ada.post(text, { opId, json: true }), await ada.post(text, { opId, json: true })]
    await ada.until('conversation')
    answers.push(await ada.post(text, { opId, json: true }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const { id = '' } = (await ada.read()).context.document ?? {}
    expect(readdirSync(made.folder).filter((name) => !name.startsWith(id))).toEqual([])
  })

  it.each<[string, () => File | undefined, string]>([
    ['of another type', () => new File([png as never], 'a.png'), 'file_type'],
    ['that is a Word document', () => new File([docx as never], 'a.pdf'), 'file_type'],
    ['that is too large', () => new File(['a'.repeat(3 * maxBytes)], 'a.txt'), 'file_too_large'],
    ['that is empty', () => new File([''], 'a.txt'), 'file_empty'],
    ['that is cut off', () => new File([pdf.subarray(0, 100) as never], 'a.pdf'), 'file_incomplete'],
    ['that was not chosen', () => undefined, 'file_missing'],
  ])('%s is refused with the reason, and leaves nothing', async (_, make, problem) => {
    const ada = await guest()
    expect(where(await ada.post(make()))).toEqual([303, `/assistant/document?problem=${problem}`])
    expect((await ada.post(make(), { json: true })).status).toBe(422)
    expect(await ada.read()).toMatchObject({ step: 'document', context: { document: null } })
    expect(readdirSync(made.folder)).toEqual([])
  })

  it('is not taken while none is asked for', async () => {
    expect(where(await browser().post(text))).toEqual([303, '/assistant/name?problem=not_accepted'])
    const ada = await guest()
    await ada.post(text)
    await ada.until('conversation')
    await ada.send({ type: 'question.asked', text: 'What does the loom do?' })
    const before = readdirSync(made.folder)
    expect(where(await ada.post(text))).toEqual([303, '/assistant/conversation?problem=not_accepted'])
    expect(readdirSync(made.folder)).toEqual(before)
  })

  it('cannot be another session’s', async () => {
    const [ada, eve] = [await guest(), await guest()]
    await ada.post(text)
    await ada.until('conversation')
    const { document } = (await ada.read()).context
    await eve.send({ type: 'document.given', document })
    await expect.poll(async () => (await eve.read()).context.trouble?.code).toBe('document_lost')
    await expect.poll(async () => (await eve.read()).context.dropped).toBeNull()
    expect((await ada.get(document?.id ?? '')).status).toBe(200)
    await ada.send({ type: 'question.asked', text: 'What does the loom do?' })
    await expect.poll(async () => (await ada.read()).context.exchanges.length).toBe(1)
  })
})

describe('all that lies outside a session goes with it', () => {
  const read = async (ada: ReturnType<typeof browser>) => {
    await ada.post(text)
    await ada.until('conversation')
    expect(readdirSync(made.folder)).toHaveLength(3)
  }

  it.each([
    ['that its person ends', '', 'DELETE'],
    ['that is started over', '/restart', 'POST'],
  ])('%s', async (_, path, method) => {
    const ada = await guest()
    await read(ada)
    expect((await ada.call(path, method)).status).toBeLessThan(400)
    expect(readdirSync(made.folder)).toEqual([])
  })

  it('that its owner ends on another device', async () => {
    signedIn = 'ada@example.org'
    const ada = browser()
    await read(ada)
    const list = (await (
      await http.handle(new Request(`${site}/api/flows`, { headers: { 'sec-fetch-site': 'same-origin' } }))
    ).json()) as {
      sessions: { session: string }[]
    }
    expect(list.sessions).toHaveLength(1)
    const elsewhere = browser()
    expect((await elsewhere.call(`/sessions/${list.sessions[0]?.session}`, 'DELETE')).status).toBe(204)
    expect(readdirSync(made.folder)).toEqual([])
  })
})
