// The stand-in as its callers meet it: a process of its own that may be killed at any moment.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../../scripts/processes.mjs'
import { startStandIn } from '../../stand-in.fixture.ts'

const SHOP = 'http://localhost:4999'
let data = ''
let port = 0
let stop = async () => {}
const at = (path: string) => `http://127.0.0.1:${port}${path}`

const start = async () => {
  const env = { PAYMENTS_PORT: String(port), DOGEAR_DATA: data, DEMO_ORIGIN: SHOP }
  stop = await startStandIn(import.meta.dirname, env)
}

const charge = (key: string, token: string, amount = 4200) =>
  fetch(at('/charges'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ amount, currency: 'eur', token }),
  })

const ledger = async () => {
  const lines = (await readFile(join(data, 'payments.ndjson'), 'utf8')).split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => JSON.parse(line))
}

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'dogear-payments-'))
  port = await freePort()
  await start()
})

afterEach(async () => {
  await stop()
  await rm(data, { recursive: true })
})

test('says that it is a stand-in', async () => {
  expect(await (await fetch(at('/'))).json()).toMatchObject({ standIn: true })
})

test('has a charge in its ledger before it answers, as one JSON line', async () => {
  const answer = await charge('key-1', 'tok_ok')
  expect(answer.status).toBe(200)
  const { id, at: time } = await answer.json()
  expect(await ledger()).toEqual([{ id, idempotencyKey: 'key-1', amount: 4200, token: 'tok_ok', at: time }])
})

test('charges once for one key, however many ask at the same time', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => charge('key-1', 'tok_ok')))
  const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())))
  expect(bodies.size).toBe(1)
  expect(await ledger()).toHaveLength(1)
})

test('gives the first result for a known key, also after kill -9 and restart', async () => {
  const before = await (await charge('key-1', 'tok_ok')).json()
  await stop()
  await start()
  expect(await (await charge('key-1', 'tok_ok')).json()).toEqual(before)
  expect(await ledger()).toHaveLength(1)
})

test('cuts off a line that a crash left unfinished and goes on', async () => {
  await charge('key-1', 'tok_ok')
  await stop()
  await appendFile(join(data, 'payments.ndjson'), '{"id":"ch_half')
  await start()
  await charge('key-2', 'tok_ok')
  expect((await ledger()).map((line) => line.idempotencyKey)).toEqual(['key-1', 'key-2'])
})

test('refuses a known key with another amount or token, also after a restart', async () => {
  await charge('key-1', 'tok_ok')
  await stop()
  await start()
  expect((await charge('key-1', 'tok_ok', 1)).status).toBe(422)
  expect((await charge('key-1', 'tok_slow')).status).toBe(422)
  expect(await ledger()).toHaveLength(1)
})

test('declines without charging', async () => {
  const answer = await charge('key-1', 'tok_declined')
  expect(answer.status).toBe(402)
  expect(await answer.json()).toMatchObject({ error: { code: 'card_declined' } })
  expect(await ledger()).toEqual([])
})

test('loses the reply of a charge it made, and gives it to the retry', async () => {
  await expect(charge('key-1', 'tok_lost_reply')).rejects.toThrow()
  const [made] = await ledger()
  expect(await (await charge('key-1', 'tok_lost_reply')).json()).toMatchObject({ id: made.id, status: 'succeeded' })
  expect(await ledger()).toHaveLength(1)
})

test('is unavailable twice for a flaky token, then charges', async () => {
  const statuses = []
  for (let attempt = 0; attempt < 3; attempt++) statuses.push((await charge('key-1', 'tok_flaky')).status)
  expect(statuses).toEqual([503, 503, 200])
  expect(await ledger()).toHaveLength(1)
})

test('takes five seconds for a slow token, and charges though the caller gave up', async () => {
  const request = fetch(at('/charges'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
    body: JSON.stringify({ amount: 1, currency: 'eur', token: 'tok_slow' }),
    signal: AbortSignal.timeout(1_000),
  })
  await expect(request).rejects.toThrow()
  expect((await charge('key-1', 'tok_slow', 1)).status).toBe(200)
  expect(await ledger()).toHaveLength(1)
})

test('refuses a charge it could not make sense of', async () => {
  const sound = { amount: 1, currency: 'eur', token: 'tok_ok' }
  const codeFor = async (body: unknown, headers: Record<string, string> = { 'idempotency-key': 'key-1' }) => {
    const answer = await fetch(at('/charges'), { method: 'POST', headers, body: JSON.stringify(body) })
    expect(answer.status).toBe(400)
    return (await answer.json()).error.code
  }
  expect(await codeFor(sound, {})).toBe('idempotency_key_required')
  expect(await codeFor({ ...sound, amount: undefined })).toBe('invalid_amount')
  expect(await codeFor({ ...sound, amount: 0.5 })).toBe('invalid_amount')
  expect(await codeFor({ ...sound, currency: undefined })).toBe('invalid_currency')
  expect(await codeFor({ ...sound, token: undefined })).toBe('invalid_token')
  expect(await codeFor([sound])).toBe('invalid_request')
  expect(await ledger()).toEqual([])
})

const trade = (cardNumber: string, origin = SHOP) =>
  fetch(at('/tokens'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ cardNumber }),
  })

test('trades a card for a token, and keeps no trace of the number', async () => {
  expect(await (await trade('4242 4242 4242 4242')).json()).toEqual({ token: 'tok_ok', last4: '4242' })
  expect(await ledger()).toEqual([])
})

test('says what is wrong with a card number', async () => {
  const answer = await trade('4242 4242 4242 4241')
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({ error: { code: 'invalid_number' } })
})

test('lets pages of the shop call it from a browser, and no others', async () => {
  const allowed = async (origin: string) =>
    (await trade('4242424242424242', origin)).headers.get('access-control-allow-origin')
  expect(await allowed(SHOP)).toBe(SHOP)
  expect(await allowed('https://attacker.example')).toBe(null)
  const preflight = await fetch(at('/tokens'), { method: 'OPTIONS', headers: { origin: SHOP } })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type')
})

const post = (fields: Record<string, string>) =>
  fetch(at('/tokens'), { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })

test('sends a page without scripts back with a token, or with what is wrong', async () => {
  const back = `${SHOP}/checkout/payment?from=review&cardError=old`
  const good = await post({ cardNumber: '4242 4242 4242 4242', return_to: back })
  expect(good.status).toBe(303)
  expect(good.headers.get('location')).toBe(`${SHOP}/checkout/payment?from=review&cardToken=tok_ok&last4=4242`)
  const bad = await post({ cardNumber: '4242', return_to: back })
  expect(bad.headers.get('location')).toBe(`${SHOP}/checkout/payment?from=review&cardError=incomplete_number`)
})

test('never sends a person anywhere but to the shop', async () => {
  const elsewhere = [
    'https://attacker.example/',
    '//attacker.example',
    'javascript:alert(1)',
    '',
    `${SHOP}.attacker.example/`,
  ]
  for (const back of elsewhere) {
    const answer = await post({ cardNumber: '4242424242424242', return_to: back })
    expect([back, answer.status, answer.headers.get('location')]).toEqual([back, 400, null])
  }
})

test('listens on this machine alone', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of others) await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow()
  expect((await fetch(at('/'))).status).toBe(200)
})

test('a charge waits until its person confirms it on a page, through crashes, and then is charged once', async () => {
  const ask = async () => (await charge('key-3ds', 'tok_webhook_confirm')).json()
  const { id, status } = await ask()
  expect(status).toBe('requires_confirmation')
  const begin = (body: object, of = id) =>
    fetch(at(`/charges/${of}/confirmation`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const returnUrl = `${SHOP}/handoff#a.b"><script>`
  expect((await begin({ returnUrl: 'https://evil.example/' })).status).toBe(400)
  expect((await begin({ returnUrl }, 'ch_0123')).status).toBe(404)

  await stop()
  await start()
  // A charge that only waited is forgotten, so the shop asks again, and is told the same.
  expect((await begin({ returnUrl })).status).toBe(404)
  expect((await ask()).id).toBe(id)
  const { url } = await (await begin({ returnUrl, returnCode: 'AB<CD' })).json()
  await stop()
  await start()
  const answer = (value: string) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ answer: value }), redirect: 'manual' })
  expect(await (await fetch(url)).text()).toMatch(/stand-in.*no money moves/)
  expect((await answer('perhaps')).status).toBe(303)
  expect(await ledger()).toEqual([])
  await Promise.all([answer('confirm'), answer('confirm')])
  await answer('decline')
  const page = await (await fetch(url)).text()
  expect(page).toContain('You have confirmed the payment')
  expect(page).toContain(`href="${SHOP}/handoff#a.b&quot;&gt;&lt;script&gt;"`)
  expect(page).toContain('AB&lt;CD')
  await stop()
  await start()
  expect(await (await fetch(url)).text()).toContain('You have confirmed the payment')
  expect(await ledger()).toMatchObject([{ id, idempotencyKey: 'key-3ds', amount: 4200 }])
  expect((await ask()).status).toBe('processing')
})

test('one that its person declines is declined, also after a crash', async () => {
  const { id } = await (await charge('key-no', 'tok_webhook_confirm')).json()
  const begun = await fetch(at(`/charges/${id}/confirmation`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ returnUrl: `${SHOP}/handoff` }),
  })
  const { url } = await begun.json()
  await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'decline' }), redirect: 'manual' })
  await stop()
  await start()
  await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'confirm' }), redirect: 'manual' })
  expect(await (await fetch(url)).text()).toContain('You have declined the payment')
  expect(await ledger()).toEqual([])
})

test('the page speaks the language that its address names, before and after the answer', async () => {
  const { id } = await (await charge('key-de', 'tok_webhook_confirm', 123_456)).json()
  const begun = await fetch(at(`/charges/${id}/confirmation`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ returnUrl: `${SHOP}/handoff`, returnCode: 'AB-CD' }),
  })
  const { url } = await begun.json()
  const asked = await fetch(`${url}?lang=de`, { headers: { 'accept-language': 'ar' } })
  expect(asked.headers.get('content-language')).toBe('de')
  const page = await asked.text()
  expect(page).toContain('<html lang="de" dir="ltr">')
  expect(page).toContain('mit <strong><bdi>1.234,56</bdi></strong> belasten')
  expect(await (await fetch(url, { headers: { 'accept-language': 'ar' } })).text()).toContain('dir="rtl"')
  const answered = await fetch(`${url}?lang=de`, { method: 'POST', body: new URLSearchParams({ answer: 'confirm' }) })
  expect(answered.url).toBe(`${url}?lang=de`)
  expect(await answered.text()).toContain('geben Sie <strong><bdi>AB-CD</bdi></strong> ein')
  const lost = await fetch(at('/confirm/ch_0123'), { headers: { 'accept-language': 'de' } })
  expect([lost.status, await lost.text()]).toEqual([404, expect.stringContaining('Hier ist keine Zahlung')])
})

test('holds the slow answers back until they are released, and no other one', async () => {
  const order = async (name: string) =>
    expect((await fetch(at(`/control/${name}`), { method: 'POST' })).status).toBe(200)
  await order('hold')
  let answered = false
  const slow = charge('key-held', 'tok_slow').then(({ status }) => {
    answered = true
    return status
  })
  expect((await charge('key-free', 'tok_ok')).status).toBe(200)
  // Longer than it takes without a hold.
  await new Promise((resolve) => setTimeout(resolve, 6_000))
  expect([answered, (await ledger()).length]).toEqual([false, 2])
  await order('release')
  expect(await slow).toBe(200)
})
