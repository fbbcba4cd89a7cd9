// Requests to the shop's own unsafe addresses that no page of it sends, by the thousand if FUZZ_INPUTS says so.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { Demo } from './support/demo.ts'
import { expect, test } from './support/test.ts'
import { delivery, shipping, visit } from './support/visitor.ts'

const canary = 'Quetzalcoatl'
const file = (content = 'a text, or not') => new File([content], 'note.txt', { type: 'text/plain' })

/** Somebody whose session nothing that others send may change. */
async function victimAt({ url }: Demo) {
  const ada = visit(url)
  await ada.send({ ...shipping, givenName: canary })
  const standing = async () => {
    const { epoch, revision, mark, step } = (await ada.get()).body
    return { epoch, revision, mark, step }
  }
  return { ada, standing, before: await standing() }
}

/** The hidden fields by which a form without JavaScript names its action. */
async function actionOf(url: string, path: string): Promise<[string, string][]> {
  const page = await (await fetch(`${url}${path}`)).text()
  const form = page.match(/<form[\s\S]*?<\/form>/g)?.find((one) => one.includes('name="email"')) ?? ''
  return [...form.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => [name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&')],
  )
}

// The requests of so many strangers would use up what an address may send to a demo of all tests.
test.use({ own: {} })

test('a file in a field for a text is refused by every form of the shop, and nothing changes [M21]', async ({
  demo,
}) => {
  const { ada, standing, before } = await victimAt(demo)
  const eventFields = { 'dogear.opId': randomUUID(), 'dogear.type': 'delivery.submitted', method: 'standard' }
  const forms: [path: string, fields: Record<string, string>, files: string[], status: number, said: RegExp][] = [
    ['/api/flows/checkout/events', eventFields, ['method'], 415, /Send application\/json or a form/],
    ['/api/flows/checkout/restart', {}, ['dogear.position'], 415, /Send application\/json or a form|UTF-8/],
    ['/api/flows/handoffs/redeem', {}, ['code'], 415, /UTF-8/],
    ['/api/flows/checkout/open', {}, ['session'], 415, /UTF-8/],
    ['/start-over', {}, ['flow'], 400, /nothing of this name/],
    ['/start-over', { flow: 'nothing' }, ['then'], 400, /nothing of this name/],
    ['/language', {}, ['lang'], 400, /does not speak this language/],
    ['/api/payments', {}, ['data'], 401, /^$/],
    ['/api/documents/nothing', {}, ['opId', 'position'], 404, /^/],
    ['/api/assistant/nothing', {}, ['opId', 'position'], 404, /^/],
  ]
  for (const [path, fields, files, status, said] of forms) {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    for (const name of files) body.set(name, file())
    const headers = { origin: demo.url, cookie: ada.cookie, accept: 'text/html', 'accept-language': 'en' }
    const answer = await fetch(`${demo.url}${path}`, { method: 'POST', headers, body, redirect: 'manual' })
    expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, status, []])
    expect(await answer.text()).toMatch(said)
    expect(await standing()).toEqual(before)
  }
  // A document's form leads back to its question with the problem, and keeps nothing of the file.
  const body = new FormData()
  for (const name of ['opId', 'position']) body.set(name, file())
  body.set('document', file('%PDF-1.4'))
  const headers = { origin: demo.url, accept: 'application/json' }
  const answer = await fetch(`${demo.url}/api/documents/sample`, { method: 'POST', headers, body, redirect: 'manual' })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(await answer.json()).toMatchObject({ status: answer.status, code: expect.stringMatching(/^[a-z_]+$/) })
  // The forms of accounts show themselves again, with what is missing.
  for (const path of ['/sign-in', '/sign-up']) {
    const form = new FormData()
    for (const [name, value] of await actionOf(demo.url, path)) form.set(name, value)
    for (const name of ['email', 'password']) form.set(name, file())
    const shown = await fetch(`${demo.url}${path}`, { method: 'POST', headers: { origin: demo.url }, body: form })
    expect([path, shown.status < 500, shown.headers.getSetCookie()]).toEqual([path, true, []])
    expect(await shown.text()).toContain('Enter your email address')
  }
  expect(await ada.send(delivery)).toMatchObject({ status: 200 })
})

const odd = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '\0', 'a\r\nSet-Cookie: a=b', '__proto__', 'constructor', '../../etc/passwd', 'x'.repeat(5000)],
  ),
  fc.constantFrom(
    ...['//evil.example', '/.//evil.example', '/%2e//evil.example', 'https://evil.example', '\u202e', '﹤img', '1e999'],
  ),
  fc.constantFrom('<img src=x onerror=alert(1)>', 'ada@example.org', 'checkout', 'application', 'en', 'de', 'sample'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)
const names = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'flow',
      'then',
      'lang',
      'email',
      'password',
      'next',
      'opId',
      'position',
      'document',
      'code',
    ),
  },
  odd,
)
const paths = [
  ...['/start-over', '/language', '/sign-out', '/sign-in', '/sign-up', '/handoff', '/saved', '/checkout/devices', '/'],
  ...[
    '/api/documents/sample',
    '/api/assistant/document',
    '/api/payments',
    '/api/flows/checkout/events',
    '/api/flows/attach',
  ],
  ...['/api/documents/x', '/checkout/start-over', '/application', '/api/flows/application/events'],
]
const part = fc.record({ name: names, value: odd, isFile: fc.boolean() })
const request = fc.record({
  path: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...paths) },
    odd.map((text) => `/${encodeURIComponent(text)}`),
  ),
  method: fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH'),
  kind: fc.constantFrom('multipart', 'form', 'json', 'text', 'bytes', 'action', 'none'),
  parts: fc.array(part, { maxLength: 6 }),
  type: fc.constantFrom(
    '',
    'application/json',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/x-www-form-urlencoded',
  ),
  bytes: fc.uint8Array({ maxLength: 300 }),
  headers: fc.dictionary(
    fc.constantFrom(
      'accept',
      'accept-language',
      'referer',
      'x-forwarded-for',
      'next-action',
      'webhook-id',
      'webhook-signature',
      'webhook-timestamp',
      'range',
    ),
    odd.map((text) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500)),
    { maxKeys: 3 },
  ),
  origin: fc.constantFrom('own', 'own', 'own', 'other', 'null', 'none'),
})
/**
 * Sends it, and again where the connection was closed first: the server closes one that it has answered before the body
 * had come, and the next request over it is the first to notice.
 */
async function send(url: string, init: RequestInit, tries = 3): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) })
  } catch (error) {
    const { code = '' } = ((error as Error).cause ?? {}) as { code?: string }
    if (tries === 1 || !['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(code)) throw error
    return send(url, init, tries - 1)
  }
}

type Strange = typeof request extends fc.Arbitrary<infer T> ? T : never

function bodyOf({ kind, parts, bytes }: Strange, action: [string, string][]): BodyInit | undefined {
  if (kind === 'none') return undefined
  if (kind === 'bytes') return Buffer.from(bytes)
  if (kind === 'form') return new URLSearchParams(parts.map(({ name, value }) => [name, value]))
  if (kind === 'json') return JSON.stringify(Object.fromEntries(parts.map(({ name, value }) => [name, value])))
  if (kind === 'text') return parts.map(({ name, value }) => `${name}=${value}`).join('&')
  const form = new FormData()
  if (kind === 'action') for (const [name, value] of action) form.append(name, value)
  for (const { name, value, isFile } of parts) form.append(name, isFile ? file(value) : value)
  return form
}

test('whatever is sent to the addresses of the shop is refused or answered, and changes nothing of others', async ({
  demo,
}) => {
  const inputs = Number(process.env.FUZZ_INPUTS ?? 150)
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)
  test.setTimeout(300_000 + inputs * 200)
  const { ada, standing, before } = await victimAt(demo)
  const action = await actionOf(demo.url, '/sign-in')
  expect(action.length).toBeGreaterThan(0)
  const codes: Record<number, number> = {}
  let made = 0
  const property = fc.asyncProperty(request, async (strange) => {
    const headers = new Headers(strange.headers)
    const origins = { own: demo.url, other: 'https://evil.example', null: 'null', none: undefined }
    const origin = origins[strange.origin]
    if (origin) headers.set('origin', origin)
    if (strange.type && strange.kind !== 'multipart' && strange.kind !== 'action')
      headers.set('content-type', strange.type)
    const body = bodyOf(strange, action)
    const init = { method: strange.method, headers, redirect: 'manual' as const, ...(body !== undefined && { body }) }
    const answer = await send(`${demo.url}${strange.path}`, init)
    const text = await answer.text()
    made++
    codes[answer.status] = (codes[answer.status] ?? 0) + 1
    expect(answer.status, text.slice(0, 500)).toBeLessThan(500)
    expect(text).not.toContain(canary)
    expect(text).not.toContain('<img src=x')
    expect(answer.headers.get('location') ?? '/').toMatch(/^\/(?![/\\])|^http:\/\/localhost:/)
    if (answer.status >= 400) expect(answer.headers.getSetCookie()).toEqual([])
    if (strange.origin === 'other' || strange.origin === 'null')
      if (!['/api/payments'].includes(strange.path)) expect(answer.status).toBeGreaterThanOrEqual(300)
    if (made % 50 === 0) expect(await standing()).toEqual(before)
  })
  await fc.assert(property, { numRuns: inputs, seed, endOnFailure: true })
  expect(await standing()).toEqual(before)
  expect(await ada.send(delivery)).toMatchObject({ status: 200 })
  // biome-ignore lint/suspicious/noConsole: the counts of a long run, with the seed that repeats it.
  if (process.env.FUZZ_INPUTS) console.log(JSON.stringify({ seed, inputs: made, codes }))
})
