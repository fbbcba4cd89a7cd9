// Requests that are refused, or fail, with a canary in everything that a request has.
import { randomUUID } from 'node:crypto'
import type { Canaries } from '../../packages/dogear/fixtures/canaries.ts'

type Loud = { canaries: Canaries; cookie: string }

/** Routes of the library; a star stands for a canary. */
const routes: readonly [method: string, path: string][] = [
  ...['GET', 'HEAD', 'DELETE', 'PATCH'].map((method): [string, string] => [method, '/*']),
  ['GET', '/checkout@*'],
  ['GET', '/checkout/*'],
  ['POST', '/checkout/events'],
  ['POST', '/application/events'],
  ['PUT', '/checkout/drafts/*'],
  ['PUT', '/checkout/drafts/shipping'],
  ['POST', '/checkout/extend'],
  ['POST', '/checkout/restart'],
  ['POST', '/checkout/return'],
  ['POST', '/checkout/take-back'],
  ['POST', '/checkout/handoffs'],
  ['POST', '/handoffs/look'],
  ['POST', '/handoffs/redeem'],
  ['POST', '/attach'],
  ['POST', '/checkout/open'],
  ['GET', '/checkout/stream'],
  ['GET', '/checkout/devices'],
  ['DELETE', '/checkout/devices/*'],
  ['DELETE', '/checkout/sessions/*'],
  ['GET', ''],
]

const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=b']

/** Sends each route a body of each type; resolves to everything that was answered. */
export async function beLoud(url: string, { canaries, cookie }: Loud): Promise<string[]> {
  const heard: string[] = []
  const c = canaries.text
  for (const [method, path] of routes) {
    const bodied = method === 'POST' || method === 'PUT'
    for (const type of bodied ? types : ['']) {
      const headers = new Headers({
        origin: url,
        ...{ 'user-agent': `Mozilla/5.0 (${c()})`, 'accept-language': c(), referer: `${url}/${c()}` },
        ...{ 'x-forwarded-for': c(), 'x-request-id': c(), authorization: `Bearer ${c()}`, 'last-event-id': c() },
        cookie: `${cookie}; ${c()}=${c()}; dogear.application=${c()}`,
        ...(type && { 'content-type': type }),
      })
      const target = `${url}/api/flows${path.replaceAll('*', c)}?${c()}=${c()}`
      const init = { method, headers, redirect: 'manual' as const, ...(bodied && { body: bodyOf(type, c) }) }
      heard.push(await answered(target, init))
    }
  }
  const json = { origin: url, cookie, 'content-type': 'application/json' }
  for (const body of bodies(c))
    heard.push(await answered(`${url}/api/flows/checkout/events`, { method: 'POST', headers: json, body }))
  // A page of another site.
  const foreign = { ...json, origin: `https://${c()}.example` }
  heard.push(await answered(`${url}/api/flows/checkout/events`, { method: 'POST', headers: foreign, body: `"${c()}"` }))
  // Next writes the address of a page into the page, so what these answer is for nobody but their sender.
  for (const page of ['/checkout/*', '/application/*', '/*', '/handoff?code=*', '/checkout?from=*', '/api/documents/*'])
    await answered(`${url}${page.replaceAll('*', c)}`, { headers: { cookie: `${c()}=${c()}` } })
  return heard
}

/** Broken in all ways: as JSON, as a request, as an event, as a payload. */
function bodies(c: () => string): string[] {
  const event = { type: 'shipping.submitted', givenName: c(), familyName: c(), country: c(), email: c(), [c()]: c() }
  const position = { epoch: 0, revision: 0, mark: c() }
  return [
    `{"${c()}": ${c()}`,
    JSON.stringify({ opId: c(), event: { type: c() } }),
    JSON.stringify({ opId: randomUUID(), event }),
    JSON.stringify({ opId: randomUUID(), step: c(), position, event }),
    JSON.stringify({ opId: randomUUID(), event: { type: 'shipping.submitted', givenName: c().repeat(9_000) } }),
    JSON.stringify([c(), { [c()]: [c()] }]),
  ]
}

function bodyOf(type: string, c: () => string): string {
  const values = { token: c(), code: c(), session: c(), mode: c(), opId: c(), [c()]: c() }
  if (type === 'application/json') return JSON.stringify({ ...values, values: { [c()]: c() }, event: { type: c() } })
  if (type.startsWith('multipart'))
    return `--b\r\ncontent-disposition: form-data; name="${c()}"\r\n\r\n${c()}\r\n--b--\r\n`
  return new URLSearchParams({ ...values, 'dogear.type': c(), 'dogear.step': c() }).toString()
}

async function answered(target: string, init: RequestInit): Promise<string> {
  const response = await fetch(target, { ...init, signal: AbortSignal.timeout(20_000) })
  const text = response.headers.get('content-type')?.includes('event-stream') ? '' : await response.text()
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
  return `${response.status} ${JSON.stringify(headers)} ${text}`
}
