// Handoffs under attack: guessing, replaying, eavesdropping and traps, all by bare requests.
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { expect, test } from './support/devices.ts'
import { behindProxy, issue, look, openStream, redeem, type Shown } from './support/handoff.ts'
import { shipping, type Visitor, visit } from './support/visitor.ts'

const canary = 'Quetzalcoatl Street'

async function begin(url: string, city = 'London'): Promise<Visitor> {
  const visitor = visit(url)
  expect((await visitor.send({ ...shipping, city })).status).toBe(200)
  return visitor
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Wrong codes that lead to the same entry, because only the last character differs. */
const wrongOf = (code: string) =>
  [...alphabet].filter((character) => !code.endsWith(character)).map((character) => `${code.slice(0, -1)}${character}`)
/** The address of a client like no other. */
const somewhere = () => `10.${[...randomBytes(3)].join('.')}`
const randomCode = () => Array.from(randomBytes(10), (byte) => alphabet[byte % 32]).join('')

for (const store of ['pglite', 'redis'] as const) {
  test.describe(`on ${store}`, () => {
    // One worker, so that one server of this kind is started instead of three.
    test.describe.configure({ mode: 'default' })
    // One address may not guess as often as this takes.
    test.use({ shared: { store, env: behindProxy } })

    for (const kind of ['link', 'code'] as const)
      test(`two hundred at once with one ${kind}: one gets in, and all others get one and the same answer`, async ({
        demo,
      }) => {
        const visitor = await begin(demo.url)
        const { token, code } = await issue(visitor)
        const shown: Shown = kind === 'link' ? { token } : { code }
        const answers = await Promise.all(Array.from({ length: 200 }, () => redeem(demo.url, shown, '', somewhere())))
        const [won, ...more] = answers.filter(({ status }) => status === 200)
        expect(more).toEqual([])
        expect(won?.cookie).toMatch(/^dogear\.checkout=/)
        const lost = answers.filter((answer) => answer !== won)
        expect([...new Set(lost.map(({ status, text }) => `${status} ${text}`))]).toHaveLength(1)
        expect([lost[0]?.status, JSON.parse(lost[0]?.text ?? '').code]).toEqual([410, 'handoff_gone'])
        expect(lost.map(({ cookie }) => cookie).join('')).toBe('')
        const winner = visit(demo.url, won?.cookie)
        expect((await winner.get()).body.context.shipping.city).toBe('London')
        expect((await winner.request('/devices', {})).body.devices).toHaveLength(1)
      })

    test('five wrong guesses burn a code, also all at once, and nothing else', async ({ demo }) => {
      const [one, two] = [await begin(demo.url), await begin(demo.url)]
      const [first, second] = [await issue(one), await issue(two)]
      for (const wrong of wrongOf(first.code).slice(0, 5))
        expect((await look(demo.url, { code: wrong }, somewhere())).status).toBe(410)
      const late = await redeem(demo.url, { code: first.code })
      const never = await redeem(demo.url, { code: randomCode() })
      expect([late.status, late.text]).toEqual([410, never.text])
      expect((await redeem(demo.url, { token: first.token })).status).toBe(200)

      const third = await issue(two)
      const guesses = await Promise.all(wrongOf(third.code).map((code) => redeem(demo.url, { code }, '', somewhere())))
      expect(new Set(guesses.map(({ status, cookie }) => `${status} ${cookie}`))).toEqual(new Set(['410 ']))
      expect((await redeem(demo.url, { code: third.code })).status).toBe(410)
      expect((await redeem(demo.url, { code: second.code })).status).toBe(200)
    })

    test('whoever sets a trap with a link of their own sees nothing of what its victim enters [M33]', async ({
      demo,
    }) => {
      const attacker = await begin(demo.url, 'Nowhere')
      const stream = await openStream(demo.url, attacker.cookie)
      const spare = await issue(attacker)
      const bait = await issue(attacker)
      const entered = await redeem(demo.url, { token: bait.token })
      expect(entered.status).toBe(200)
      const [selector = '', secret = ''] = entered.cookie.split('=')[1]?.split('.') ?? []
      expect(attacker.cookie).not.toContain(secret)
      expect(bait.token).not.toContain(secret)
      expect(bait.token).toContain(selector)
      await stream.ended

      const victim = visit(demo.url, entered.cookie)
      expect((await victim.saveDraft('shipping', { line2: canary })).status).toBe(200)
      const { epoch, revision, mark } = (await victim.get()).body
      const place = { step: 'shipping', position: { epoch, revision, mark } }
      expect((await victim.send({ ...shipping, line1: canary }, place)).status).toBe(200)
      expect((await victim.get()).text).toContain(canary)

      const view = await attacker.get()
      expect(view.body).toMatchObject({ saved: false, gone: { why: 'moved', takeBack: false } })
      const json = { 'content-type': 'application/json' }
      const seen = [
        view,
        await attacker.saveDraft('shipping', { line2: 'x' }),
        await attacker.send({ ...shipping, city: 'Elsewhere' }, { step: 'shipping' }),
        await attacker.request('/devices', {}),
        await attacker.request('/stream', { headers: { accept: 'text/event-stream' } }),
        await attacker.request('/extend', { method: 'POST', headers: json, body: '{}' }),
        await attacker.request('/handoffs', { method: 'POST', headers: json, body: '{}' }),
        await attacker.request('/take-back', { method: 'POST', headers: json, body: '{}' }),
      ]
      expect(seen.map(({ status }) => status)).toEqual([200, 410, 410, 410, 410, 410, 410, 409])
      for (const shown of [bait, spare].flatMap(({ token, code }): Shown[] => [{ token }, { code }]))
        expect((await redeem(demo.url, shown)).status).toBe(410)
      // Both know the selector; without its secret it opens nothing.
      const forged = visit(demo.url, `dogear.checkout=${selector}.${randomBytes(32).toString('base64url')}`)
      expect((await forged.get()).body.saved).toBe(false)
      const page = await fetch(`${demo.url}/checkout/shipping`, { headers: { cookie: attacker.cookie } })
      for (const text of [...seen.map((answer) => answer.text), stream.text(), await page.text()])
        expect(text).not.toContain(canary)
      expect((await victim.get()).body.context.shipping.city).toBe('London')
    })

    test('a trap that is taken back before anything was entered catches nothing that is entered then', async ({
      demo,
    }) => {
      const attacker = await begin(demo.url, 'Nowhere')
      const { token } = await issue(attacker)
      const victim = visit(demo.url, (await redeem(demo.url, { token })).cookie)
      const back = await attacker.request('/take-back', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
      expect(back.status).toBe(200)
      const stream = await openStream(demo.url, attacker.cookie)
      expect((await victim.saveDraft('shipping', { line2: canary })).status).toBe(410)
      expect((await victim.send({ ...shipping, line1: canary }, { step: 'shipping' })).status).toBe(410)
      expect((await victim.get()).body.gone).toMatchObject({ why: 'moved' })
      const view = await attacker.get()
      expect(view.body.saved).toBe(true)
      stream.stop()
      expect(view.text + stream.text()).not.toContain(canary)
    })
  })
}

test('a link does not take the place of a session that is there unless that is asked for', async ({ demo }) => {
  const attacker = await begin(demo.url, 'Nowhere')
  const victim = await begin(demo.url, 'Paris')
  const { token } = await issue(attacker)
  const refused = await redeem(demo.url, { token }, victim.cookie)
  expect([refused.status, JSON.parse(refused.text).code, refused.cookie]).toEqual([409, 'other_session', ''])
  expect((await victim.get()).body.context.shipping.city).toBe('Paris')
  expect((await look(demo.url, { token })).status).toBe(200)
})

test('another site can neither look, redeem, issue nor take back', async ({ demo }) => {
  const visitor = await begin(demo.url)
  const { token } = await issue(visitor, 'join')
  for (const [path, body] of [
    ['/handoffs/look', { token }],
    ['/handoffs/redeem', { token }],
    ['/checkout/handoffs', {}],
    ['/checkout/take-back', {}],
  ] as const) {
    const headers = { 'content-type': 'application/json', cookie: visitor.cookie }
    for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
      const init = { method: 'POST', headers: { ...headers, ...from }, body: JSON.stringify(body) }
      expect((await fetch(`${demo.url}/api/flows${path}`, init)).status, `${path} ${JSON.stringify(from)}`).toBe(403)
    }
  }
  expect((await look(demo.url, { token })).status).toBe(200)
})

test('links lead to the shop, whatever host a request claims to be for [M31]', async ({ demo }) => {
  const { cookie } = await begin(demo.url)
  const { port } = new URL(demo.url)
  const send = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: '/api/flows/checkout/handoffs',
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json', ...headers },
        },
        async (answer) => {
          const parts: Buffer[] = []
          for await (const part of answer) parts.push(part)
          resolve({ status: answer.statusCode, text: Buffer.concat(parts).toString() })
        },
      )
      sent.on('error', reject)
      sent.end('{}')
    })
  const forged = [
    { host: 'evil.example', origin: 'http://evil.example' },
    { host: new URL(demo.url).host, origin: demo.url, 'x-forwarded-host': 'evil.example' },
    { host: new URL(demo.url).host, origin: demo.url, forwarded: 'host=evil.example' },
    { host: new URL(demo.url).host, origin: demo.url, 'x-forwarded-proto': 'https' },
  ]
  let issued = 0
  for (const headers of forged) {
    const { status, text } = await send(headers)
    expect(text, JSON.stringify(headers)).not.toContain('evil.example')
    if (status !== 201) continue
    issued++
    expect(new URL(JSON.parse(text).url).origin).toBe(demo.url)
  }
  expect(issued).toBeGreaterThanOrEqual(2)
})

test.describe('with handoffs that run out soon', () => {
  // Not before those that are used have been: a server that has just begun takes its time for the first requests.
  test.use({ own: { env: { HANDOFF_MS: '8000' } } })

  test('nobody learns why a link or a code does not work', async ({ demo }) => {
    const dead: Record<string, Shown> = {
      'no code': { code: 'hello' },
      'unknown code': { code: randomCode() },
      'no link': { token: 'hello' },
      'unknown link': { token: `${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}` },
    }
    const used = await issue(await begin(demo.url), 'join')
    expect((await redeem(demo.url, { code: used.code })).status).toBe(200)
    Object.assign(dead, { 'used link': { token: used.token }, 'used code': { code: used.code } })
    const burned = await issue(await begin(demo.url))
    for (const code of wrongOf(burned.code).slice(0, 5)) await look(demo.url, { code })
    dead['burned code'] = { code: burned.code }
    const deleted = await begin(demo.url)
    const lost = await issue(deleted)
    await deleted.request('', { method: 'DELETE' })
    Object.assign(dead, { 'link to what was deleted': { token: lost.token }, 'code to it': { code: lost.code } })
    const live = await issue(await begin(demo.url))
    dead['another secret'] = { token: `${live.token.split('.')[0]}.${randomBytes(32).toString('base64url')}` }
    expect((await look(demo.url, { token: live.token })).status).toBe(200)
    await expect.poll(async () => (await look(demo.url, { token: live.token })).status).toBe(410)
    Object.assign(dead, { 'expired link': { token: live.token }, 'expired code': { code: live.code } })

    const answers = new Map<string, string[]>()
    for (const [name, shown] of Object.entries(dead))
      for (const { status, text, headers } of [await look(demo.url, shown), await redeem(demo.url, shown)]) {
        const answer = [status, headers.get('content-type'), headers.get('cache-control'), text].join(' ')
        answers.set(answer, [...(answers.get(answer) ?? []), name])
      }
    expect([...answers.values()]).toHaveLength(1)
    expect([...answers.keys()][0]).toContain('handoff_gone')
  })
})

test.describe('guessing at random', () => {
  test.use({ own: { store: 'redis' } })

  test('is stopped for codes, and leaves links alone', async ({ demo }) => {
    test.slow()
    const visitor = await begin(demo.url)
    const { token, code } = await issue(visitor)
    const statuses = new Map<number, number>()
    let stopped: string | null = null
    const guess = async () => {
      while (stopped === null) {
        const { status, headers } = await look(demo.url, { code: randomCode() })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 429) stopped = headers.get('retry-after')
      }
    }
    await Promise.all(Array.from({ length: 40 }, guess))
    expect([...statuses.keys()].sort()).toEqual([410, 429])
    expect(statuses.get(410)).toBeLessThanOrEqual(6000)
    expect(Number(stopped)).toBeGreaterThan(0)
    expect((await redeem(demo.url, { code })).status).toBe(429)
    expect((await redeem(demo.url, { token })).status).toBe(200)
  })
})
