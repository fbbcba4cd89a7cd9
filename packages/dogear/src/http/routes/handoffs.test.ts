// Handing a session over: by link and by code, once, and nobody learns why it did not work.

import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  agents,
  asForm,
  asJson,
  browser,
  countingStore,
  detailsSubmitted,
  flowUrl,
  keys,
  opId,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import type { HandoffReply, Problem, View } from '../../wire.ts'

const base = `${site}/api/flows`
const look = `${base}/handoffs/look`
const redeem = `${base}/handoffs/redeem`

type Options = Parameters<typeof serve>[0]

/** A desktop that has submitted its details, and a phone that has nothing. */
async function begun(options: Options = {}) {
  const causes: unknown[] = []
  const served = serve({ ...shared, onError: (cause) => causes.push(cause), ...options })
  const desktop = browser(served.http, agents.desktop)
  const phone = browser(served.http, agents.phone)
  await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const issue = async (body: object = {}) => {
    const response = await desktop(`${flowUrl}/handoffs`, asJson(body))
    const reply = (await response.json()) as HandoffReply
    return { response, ...reply, token: reply.url?.split('#')[1] ?? '' }
  }
  return { ...served, desktop, phone, issue, causes }
}
const viewOf = async (fetch: ReturnType<typeof browser>) => (await (await fetch(flowUrl)).json()) as View
const said = async (response: Response) => ({ status: response.status, text: await response.text() })
const codeOf = async (response: Response) => [response.status, ((await response.json()) as Problem).code]

describe('an offer', () => {
  it('is a link to our own site with its secret in the fragment, and a code to type [M30] [M31]', async () => {
    const { http, desktop, issue } = await begun()
    const { response, url, code, expiresAt } = await issue()
    expect(response.status).toBe(201)
    expect(url).toMatch(/^https:\/\/shop\.example\/handoff#[\w-]{22}\.[\w-]{43}$/)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
    expect(Math.abs(expiresAt - Date.now() - 600_000)).toBeLessThan(60_000)
    // The selector is the cookie's, the secret is not.
    const [selector, secret] = desktop.cookie.split('=')[1]?.split('.') ?? []
    expect(url).toContain(`#${selector}.`)
    expect(url).not.toContain(secret)

    const forged = { cookie: desktop.cookie, 'Sec-Fetch-Site': 'same-origin', host: 'evil.example' }
    const again = await http.handle(
      new Request(`${flowUrl}/handoffs`, {
        method: 'POST',
        headers: { ...forged, 'X-Forwarded-Host': 'evil.example' },
      }),
    )
    expect(((await again.json()) as HandoffReply).url).toMatch(/^https:\/\/shop\.example\/handoff#/)
  })

  it('needs a session, and a mode there is', async () => {
    const { http, phone, desktop } = await begun()
    expect(await codeOf(await phone(`${flowUrl}/handoffs`, asJson({})))).toEqual([401, 'no_session'])
    expect(await codeOf(await desktop(`${flowUrl}/handoffs`, asJson({ mode: 'copy' })))).toEqual([
      400,
      'invalid_request',
    ])
    expect(await codeOf(await desktop(`${flowUrl}/handoffs`, asJson({ secret: 'x' })))).toEqual([
      400,
      'invalid_request',
    ])
    expect(http.basePath).toBe('/api/flows')
  })

  it('is made a number of times and then no more for a while [M36]', async () => {
    const { issue } = await begun({ limits: { handoffsPerSession: { points: 3, per: '1 minute' } } })
    for (let time = 0; time < 3; time++) expect((await issue()).response.status).toBe(201)
    const { response } = await issue()
    expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([429, expect.any(Number)])
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('never has a code that begins like another open one', async () => {
    let same = 3
    const random = (size: number) => (size === 10 && same-- > 0 ? new Uint8Array(10).fill(7) : randomBytes(size))
    const { issue } = await begun({ random })
    const codes = [(await issue({ mode: 'join' })).code, (await issue({ mode: 'join' })).code]
    expect(codes[0]).toBe('77777-77777')
    expect(codes[1]).not.toBe(codes[0])
  })

  it('is not there where the application does not know its own address', async () => {
    const { desktop, phone } = await begun({ publicUrl: undefined } as unknown as Options)
    for (const response of [
      await desktop(`${flowUrl}/handoffs`, asJson({})),
      await phone(look, asJson({ code: 'ABCDE12345' })),
      await phone(redeem, asJson({ code: 'ABCDE12345' })),
    ])
      expect(await codeOf(response)).toEqual([404, 'not_found'])
  })
})

describe('looking', () => {
  it('tells what is being handed over, and consumes nothing', async () => {
    const { phone, issue } = await begun()
    const { token, code } = await issue({ mode: 'join' })
    for (const shown of [{ token }, { token }, { code }, { token }]) {
      const response = await phone(look, asJson(shown))
      expect([response.status, response.headers.get('set-cookie')]).toEqual([200, null])
      expect(await response.json()).toMatchObject({
        flow: 'order',
        mode: 'join',
        from: 'Firefox on Windows',
        owner: null,
        step: 'payment',
        title: 'Payment',
        here: null,
      })
    }
    expect((await phone(redeem, asJson({ token }))).status).toBe(200)
  })

  it('tells whether this browser has it already, or another one', async () => {
    const { desktop, phone, issue } = await begun()
    const { token } = await issue()
    await phone(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    expect(await (await desktop(look, asJson({ token }))).json()).toMatchObject({ here: 'same' })
    expect(await (await phone(look, asJson({ token }))).json()).toMatchObject({ here: { title: 'Payment' } })
  })

  it('names the owner so that only they know who is meant', async () => {
    const served = serve({ ...shared, identify: () => ({ id: 'user-1', label: 'ada@example.org' }) })
    const desktop = browser(served.http)
    await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    const { code } = (await (await desktop(`${flowUrl}/handoffs`, asJson({}))).json()) as HandoffReply
    const seen = await (await browser(served.http)(look, asJson({ code }))).text()
    expect(JSON.parse(seen)).toMatchObject({ owner: 'a•••@example.org' })
    expect(seen).not.toMatch(/ada|user-1/)
  })
})

describe('redeeming', () => {
  it.each(['link', 'code'])(
    'by %s moves the session: same place, new secret, and the old device is told',
    async (by) => {
      const { desktop, phone, issue } = await begun()
      await desktop(`${flowUrl}/drafts/payment`, asJson({ opId: opId(), values: { method: 'ca' } }, 'PUT'))
      const before = await viewOf(desktop)
      const { token, code } = await issue()
      const typed = ` ${code.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `
      const response = await phone(redeem, asJson(by === 'link' ? { token } : { code: typed }))
      expect(response.headers.get('set-cookie')).toMatch(/^__Host-dogear\.order=[\w-]{22}\.[\w-]{43}; Max-Age=864000;/)
      const body = (await response.json()) as { flow: string; view: View }
      expect(body).toMatchObject({
        flow: 'order',
        view: { step: 'payment', tag: before.tag, drafts: before.drafts, context: before.context },
      })
      expect(await viewOf(phone)).toEqual(body.view)
      const [ours, theirs] = [desktop.cookie, phone.cookie].map((cookie) => cookie.split('=')[1]?.split('.') ?? [])
      expect([theirs?.[0] === ours?.[0], theirs?.[1] === ours?.[1], theirs?.[1] === token.split('.')[1]]).toEqual([
        true,
        false,
        false,
      ])

      const gone = { why: 'moved', to: 'Safari on iPhone', takeBack: true }
      expect(await viewOf(desktop)).toMatchObject({
        saved: false,
        step: 'details',
        drafts: {},
        context: { details: null },
        gone,
      })
      const late = await desktop(
        `${flowUrl}/events`,
        asJson({ opId: opId(), step: 'payment', event: { type: 'payment.submitted', method: 'card' } }),
      )
      expect([late.status, late.headers.get('set-cookie')]).toEqual([410, null])
      expect(await late.json()).toMatchObject({ code: 'session_gone', view: { saved: false, gone } })
    },
  )

  it('in join mode lets both go on [M32]', async () => {
    const { desktop, phone, issue } = await begun()
    const { token } = await issue({ mode: 'join' })
    await phone(redeem, asJson({ token }))
    await phone(`${flowUrl}/events`, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }))
    expect(await viewOf(desktop)).toMatchObject({ saved: true, step: 'review', gone: null })
  })

  it('works for exactly one of two hundred at once, and tells the others nothing [M28]', {
    timeout: 60_000,
  }, async () => {
    const { http, issue } = await begun()
    for (const by of ['token', 'code'] as const) {
      const { token, code } = await issue({ mode: 'join' })
      const answers = await Promise.all(
        Array.from({ length: 200 }, async () =>
          said(await browser(http)(redeem, asJson(by === 'token' ? { token } : { code }))),
        ),
      )
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const others = new Set(answers.filter(({ status }) => status !== 200).map((answer) => JSON.stringify(answer)))
      expect([...others]).toEqual([expect.stringContaining('handoff_gone')])
    }
  })

  it('gives the same answer to what is wrong, used, replaced, expired, burned, cut off or made up [M35]', async () => {
    const store = countingStore()
    const { http, issue, desktop, phone, causes } = await begun({ store })
    const hasty = Object.assign(browser(serve({ ...shared, store, handoffLifetime: 10 }).http), {
      cookie: desktop.cookie,
    })
    const short = (await (await hasty(`${flowUrl}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
    const expiring = { token: short.url.split('#')[1], code: short.code }
    const used = await issue({ mode: 'join' })
    await phone(redeem, asJson({ token: used.token }))
    await wait(20)
    const fresh = await issue({ mode: 'join' })
    const [selector, secret = ''] = fresh.token.split('.')
    const turned = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`
    const wrong = `${fresh.code.slice(0, -1)}${fresh.code.endsWith('0') ? '1' : '0'}`
    const tried = [
      { token: expiring.token },
      { code: expiring.code },
      { token: used.token },
      { code: used.code },
      { token: `${selector}.${turned}` },
      { token: `${'A'.repeat(22)}.${secret}` },
      { token: fresh.token.slice(0, -1) },
      { token: '' },
      { code: wrong },
      { code: 'ABCDE-12345' },
      { code: 'ABCD' },
      { code: '' },
      { code: fresh.url },
      { token: fresh.code },
    ]
    const answers = await Promise.all(
      tried.flatMap((shown) => [look, redeem].map(async (url) => said(await browser(http)(url, asJson(shown))))),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 410, text: expect.stringContaining('handoff_gone') })
    expect(causes).toEqual([])
    expect((await browser(http)(redeem, asJson({ token: fresh.token }))).status).toBe(200)
  })

  it('stops believing a code after five tries at it, the right one included [M34]', { timeout: 60_000 }, async () => {
    const { http, issue } = await begun()
    const { code, token } = await issue()
    const wrong = `${code.slice(0, 4)}${code[4] === '0' ? '1' : '0'}${code.slice(5)}`
    const statuses = await Promise.all(
      Array.from({ length: 1000 }, async () => (await browser(http)(redeem, asJson({ code: wrong }))).status),
    )
    expect(new Set(statuses)).toEqual(new Set([410]))
    expect((await browser(http)(redeem, asJson({ code }))).status).toBe(410)
    expect((await browser(http)(redeem, asJson({ token }))).status).toBe(200)
  })

  it('lets nobody guess for long, and counts only wrong guesses', async () => {
    const { http, issue } = await begun({
      limits: { wrongCodesPerAddress: { points: 3, per: '1 minute' } },
      clientAddress: (request) => request.headers.get('x-real-ip') ?? undefined,
    })
    const from = (address: string) => browser(http, { 'x-real-ip': address, 'x-forwarded-for': `${Math.random()}` })
    const guess = (address: string, code: string) => from(address)(look, asJson({ code }))
    const { code } = await issue()
    for (let time = 0; time < 4; time++) expect((await guess('192.0.2.1', code)).status).toBe(200)
    const answers = await Promise.all(Array.from({ length: 10 }, () => guess('192.0.2.1', 'ABCDE-12345')))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(3).fill(410), ...Array(7).fill(429)])
    const last = answers.at(-1)
    expect([Number(last?.headers.get('retry-after')) > 0, await codeOf(last as Response)]).toEqual([
      true,
      [429, 'rate_limited'],
    ])
    expect((await guess('192.0.2.2', code)).status).toBe(200)
  })

  it('consumes nothing where the browser is in that session already', async () => {
    const { desktop, phone, issue } = await begun()
    const { token } = await issue()
    const response = await desktop(redeem, asJson({ token }))
    expect([response.status, response.headers.get('set-cookie')]).toEqual([200, null])
    expect(await response.json()).toMatchObject({ flow: 'order', view: { step: 'payment', gone: null } })
    expect((await phone(redeem, asJson({ token }))).status).toBe(200)
  })

  it('never replaces another session unasked [M33]', async () => {
    const { phone, issue } = await begun()
    const { token } = await issue()
    await phone(`${flowUrl}/events`, asJson({ opId: opId(), event: { ...detailsSubmitted, name: 'Grace' } }))
    const { cookie } = phone
    const asked = await phone(redeem, asJson({ token }))
    expect([asked.status, asked.headers.get('set-cookie')]).toEqual([409, null])
    expect(await asked.json()).toMatchObject({
      code: 'other_session',
      view: { context: { details: { name: 'Grace' } } },
    })
    expect(await (await phone(redeem, asJson({ token, replace: true }))).json()).toMatchObject({
      view: { context: { details: { name: 'Ada' } } },
    })
    expect(phone.cookie).not.toBe(cookie)
  })

  it('leaves the cookies of other flows alone', async () => {
    const { phone, issue } = await begun()
    await phone(`${base}/gift/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    const { token } = await issue()
    await phone(redeem, asJson({ token }))
    expect(phone.cookie).toMatch(/^__Host-dogear\.gift=\S+; __Host-dogear\.order=\S+$/)
    expect(await (await phone(`${base}/gift`)).json()).toMatchObject({ saved: true, gone: null })
  })

  it.each([
    {},
    { token: 'a', code: 'b' },
    { token: 1 },
    { code: null },
    { code: 'x'.repeat(2000) },
    { token: 'a', replace: 'yes, please' },
    { token: 'a', more: true },
    [],
  ])('wants one link or one code: %j is neither', async (body) => {
    const { phone } = await begun()
    expect(await codeOf(await phone(redeem, asJson(body)))).toEqual([400, 'invalid_request'])
  })
})

describe('a change of keys', () => {
  const [fresh, old] = keys

  it('leaves codes of the earlier key working', async () => {
    const store = countingStore()
    const { issue } = await begun({ store, keys: [old] })
    const { code } = await issue()
    const later = serve({ ...shared, store, keys: [fresh, old] })
    expect(await (await browser(later.http)(redeem, asJson({ code }))).json()).toMatchObject({ flow: 'order' })
  })

  it('made too fast loses the code, not the session', async () => {
    const store = countingStore()
    const { issue, desktop } = await begun({ store, keys: [old] })
    const { code, token } = await issue({ mode: 'join' })
    const later = serve({ ...shared, store, keys: [fresh] })
    expect(await codeOf(await browser(later.http)(redeem, asJson({ code })))).toEqual([410, 'handoff_gone'])
    expect((await browser(later.http)(redeem, asJson({ token }))).status).toBe(200)
    const { cookie } = desktop
    expect(await viewOf(Object.assign(browser(later.http), { cookie }))).toMatchObject({ saved: true })
  })
})

describe('taking back', () => {
  async function moved() {
    const all = await begun()
    const { token } = await all.issue()
    await all.phone(redeem, asJson({ token }))
    return all
  }

  it('gives the session back to the device it was moved from, with a new secret', async () => {
    const { desktop, phone } = await moved()
    const { cookie } = desktop
    const response = await desktop(`${flowUrl}/take-back`, { method: 'POST' })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ view: { step: 'payment', gone: null } })
    expect(desktop.cookie).not.toBe(cookie)
    expect(await viewOf(desktop)).toMatchObject({ saved: true })
    expect(await viewOf(phone)).toMatchObject({ gone: { why: 'moved', to: 'Firefox on Windows' } })
  })

  it('is too late once somebody went on', async () => {
    const { desktop, phone } = await moved()
    await phone(`${flowUrl}/events`, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }))
    const response = await desktop(`${flowUrl}/take-back`, { method: 'POST' })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([409, null])
    expect(await response.json()).toMatchObject({
      code: 'not_accepted',
      view: { saved: false, gone: { takeBack: false } },
    })
    expect(await viewOf(phone)).toMatchObject({ step: 'review', gone: null })
  })

  it('is for who had it', async () => {
    const { phone, http } = await moved()
    expect(await codeOf(await browser(http)(`${flowUrl}/take-back`, { method: 'POST' }))).toEqual([401, 'no_session'])
    // The browser that has the session has nothing to take back, and keeps it.
    const { cookie } = phone
    expect((await phone(`${flowUrl}/take-back`, { method: 'POST' })).status).toBe(200)
    expect([phone.cookie, (await viewOf(phone)).saved]).toEqual([cookie, true])
  })
})

describe('without JavaScript', () => {
  const submit = async (fetch: ReturnType<typeof browser>, url: string, fields: Record<string, string>) => {
    const response = await fetch(url, asForm(fields))
    return [response.status, response.headers.get('location')]
  }

  it('a code leads to the page of the step', async () => {
    const { phone, issue } = await begun()
    const { code } = await issue()
    expect(await submit(phone, redeem, { code, button: 'Continue here' })).toEqual([303, '/order/payment'])
    expect(await viewOf(phone)).toMatchObject({ step: 'payment', saved: true })
  })

  it('a code that does not work leads back to where it is typed', async () => {
    const { phone } = await begun({ handoffPath: '/continue/here' })
    expect(await submit(phone, redeem, { code: 'ABCDE-12345' })).toEqual([303, '/continue/here?problem=handoff_gone'])
    expect(await submit(phone, redeem, { code: '' })).toEqual([303, '/continue/here?problem=handoff_gone'])
    expect(phone.cookie).toBe('')
  })

  it('a choice has to be made before anything is replaced', async () => {
    const { phone, issue } = await begun()
    await phone(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    const { code } = await issue()
    expect(await submit(phone, redeem, { code })).toEqual([303, '/handoff?problem=other_session'])
    expect(await submit(phone, redeem, { code, replace: 'true' })).toEqual([303, '/order/payment'])
  })

  it('a session is taken back, and it is said when it cannot be', async () => {
    const { desktop, phone, issue } = await begun()
    const { code } = await issue()
    await submit(phone, redeem, { code })
    expect(await submit(desktop, `${flowUrl}/take-back`, {})).toEqual([303, '/order/payment'])
    await phone(`${flowUrl}/take-back`, { method: 'POST' })
    await phone(`${flowUrl}/events`, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }))
    expect(await submit(desktop, `${flowUrl}/take-back`, {})).toEqual([303, '/order?problem=not_accepted'])
  })

  it('too many tries and what is not understood are said on a page', async () => {
    const { phone } = await begun({ limits: { wrongCodes: { points: 1, per: '1 minute' } } })
    await submit(phone, redeem, { code: 'ABCDE-12345' })
    const limited = await phone(redeem, asForm({ code: 'ABCDE-12345' }))
    expect([limited.status, limited.headers.get('content-type')]).toEqual([429, 'text/html; charset=utf-8'])
    expect((await phone(redeem, asForm({ code: 'a', token: 'b' }))).status).toBe(400)
  })
})

it('no scanner of links can use a handoff up, however often it looks [M29]', async () => {
  const { http, phone, issue } = await begun()
  const { token, code, url } = await issue()
  const addresses = [
    look,
    redeem,
    `${flowUrl}/handoffs`,
    `${flowUrl}/take-back`,
    `${redeem}?token=${token}`,
    `${redeem}?code=${code}`,
  ]
  for (const address of [...addresses, flowUrl, base, `${flowUrl}/devices`]) {
    for (let time = 0; time < 10; time++) {
      for (const method of ['HEAD', 'GET', 'OPTIONS']) {
        const response = await http.handle(new Request(address, { method, headers: { 'Sec-Purpose': 'prefetch' } }))
        expect(response.headers.get('set-cookie')).toBeNull()
      }
    }
  }
  // A scanner that runs scripts opens the page and looks, as the page does.
  for (let time = 0; time < 10; time++) await browser(http)(look, asJson({ token }))
  expect(url).not.toContain('?')
  expect((await phone(redeem, asJson({ token }))).status).toBe(200)
})
