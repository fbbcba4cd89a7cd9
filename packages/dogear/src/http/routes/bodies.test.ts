// Bodies that no page sends, on every route that reads one: a text that is too long, a file where a text belongs.

import { describe, expect, it } from 'vitest'
import {
  ada,
  asForm,
  asJson,
  browser,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import { belowFlow, fromAnywhere, type Table, topLevel } from '../routes.ts'

const base = `${site}/api/flows`
const long = 'x'.repeat(2001)

const listed = (table: Table, above: string): [name: string, url: string, method: string][] =>
  table.flatMap(({ pattern, methods }) =>
    Object.entries(methods)
      .filter(([method, handler]) => /^(POST|PUT)$/.test(method) && !fromAnywhere.has(handler))
      .map(([method]) => {
        const path = [above, ...pattern].join('/')
        return [`${method} ${path.slice(base.length)}`, path.replace('*', 'details'), method]
      }),
  )
/** Every route that may read a body, as the table of the routes has it. */
const routes = [...listed(topLevel, base), ...listed(belowFlow, flowUrl)]

/** A person with a session on a server, and its record and lists, to see that nothing of them changes. */
async function settled() {
  const { http, store } = serve({ ...shared, maxTextLength: 2000 })
  const person = Object.assign(browser(http), { cookie: 'user=ada' })
  expect((await person(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))).status).toBe(200)
  const standing = async () => {
    const { found } = await store.scan(undefined, 100)
    return [found.map(({ id, stored }) => [id, stored?.position, stored?.bytes]), person.cookie]
  }
  return { person, standing, before: await standing() }
}

describe('a text in a request', () => {
  const texts: [string, string, RequestInit][] = [
    ['a field of an event', `${flowUrl}/events`, asJson({ opId: opId(), event: { ...detailsSubmitted, note: long } })],
    ['a member that no one knows', `${flowUrl}/events`, asJson({ [long]: 1 })],
    [
      'a field of a form',
      `${flowUrl}/events`,
      asForm({ 'dogear.opId': opId(), 'dogear.type': 'details.submitted', ...ada, note: long }),
    ],
    ['a field of a draft', `${flowUrl}/drafts/details`, asJson({ opId: opId(), values: { note: long } }, 'PUT')],
    ['a link', `${base}/handoffs/look`, asJson({ token: long })],
    ['a code', `${base}/handoffs/redeem`, asForm({ code: long })],
    ['a field beside a code', `${base}/handoffs/redeem`, asForm({ code: 'ABCDE-12345', note: long })],
    ['a session to open', `${flowUrl}/open`, asForm({ session: long })],
    ['a state that was seen', `${flowUrl}/restart`, asForm({ 'dogear.position': long })],
    ['a mode', `${flowUrl}/handoffs`, asJson({ mode: long })],
  ]
  it.each(texts)('is refused in %s past the longest there may be, and nothing changes [M54]', async (_, url, init) => {
    const { person, standing, before } = await settled()
    const refused = await person(url, { ...init, headers: { ...init.headers, Accept: 'application/json' } })
    expect(refused.status).toBe(413)
    expect(await refused.text()).toContain('at most 2000 characters')
    expect(await standing()).toEqual(before)
  })

  it('may take half of a request by default', async () => {
    const { http } = serve({ maxBytes: 10_000 })
    const note = (length: number) =>
      browser(http)(
        `${flowUrl}/events`,
        asJson({ opId: opId(), event: { ...detailsSubmitted, note: 'x'.repeat(length) } }),
      )
    expect((await note(5000)).status).toBe(200)
    expect((await note(5001)).status).toBe(413)
  })
})

describe('a file in a field for a text', () => {
  it.each(routes)('is refused by %s, and nothing changes [M21]', async (_, url, method) => {
    const { person, standing, before } = await settled()
    const fields = { ...ada, 'dogear.opId': opId(), 'dogear.type': 'details.submitted', code: 'ABCDE-12345' }
    for (const accept of ['application/json', 'text/html']) {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.set(name, value)
      for (const name of ['name', 'code', 'token', 'session', 'mode', 'dogear.position'])
        body.set(name, new File(['a text, or not'], 'note.txt', { type: 'text/plain' }))
      const refused = await person(url, { method, body, headers: { Accept: accept } })
      expect(refused.status).toBe(415)
      if (accept === 'application/json') expect(await refused.json()).toMatchObject({ code: 'unsupported_media_type' })
      expect(await standing()).toEqual(before)
    }
  })

  it('is sent to every route that reads a body', () => {
    expect(routes).toHaveLength(11)
  })
})
