// The canary sweep: values planted in everything that people send are in no place but the pages of their owner.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Redis } from 'ioredis'
import { type Canaries, createCanaries } from '../packages/dogear/fixtures/canaries.ts'
import { startWeb } from '../scripts/demo-app.mjs'
import { freePort } from '../scripts/processes.mjs'
import { startPostgres } from '../scripts/services.mjs'
import { fill } from './support/application.ts'
import { apply, type Browsing, browse, converse, order, type Person } from './support/canary-people.ts'
import { expectStep } from './support/checkout.ts'
import { cleared } from './support/cleared.ts'
import { startDemo } from './support/demo.ts'
import { goOnHere, issue, makeHandoff, openStream, redeem, type Stream, typeCode } from './support/handoff.ts'
import { beLoud } from './support/loud.ts'
import {
  filePlace,
  filesPlace,
  heapPlace,
  type Place,
  postgresPlaces,
  redisPlaces,
  scriptCookies,
  storagePlaces,
  writtenPlace,
} from './support/places.ts'
import { bytesIn, bytesOfRedis } from './support/traces.ts'
import { delivery, shipping, visit } from './support/visitor.ts'

test.describe.configure({ timeout: 900_000 })

/** Documents and their like, which the demo keeps outside its sessions, in its data folder. */
const inTheClear = ['uploads', 'conversations', 'assistant.ndjson']

/** The pages and answers that anybody may ask for. */
const everywhere = [
  ...['/', '/checkout', '/checkout/shipping', '/checkout/review', '/checkout/devices', '/checkout/continue-elsewhere'],
  ...['/application', '/application/check', '/application/devices', '/saved', '/sign-in', '/sign-up', '/handoff'],
  ...['/unavailable', '/nowhere', '/api/flows', '/api/flows/checkout', '/api/flows/application'],
  ...['/assistant', '/assistant/conversation', '/api/flows/assistant', '/api/flows/assistant/progress'],
  ...['/api/flows/checkout/devices', '/api/flows/checkout/stream', '/api/accounts/get-session'],
]

test('[M61] [M16] [M2] [M27] [M44] [M70] a whole run leaves nothing of anybody but on the pages of its owner', async ({
  browser,
}) => {
  const postgres = await startPostgres()
  const demo = await startDemo({ store: 'redis', assistant: true, env: { DATABASE_URL: postgres.url } })
  const folder = await mkdtemp(join(tmpdir(), 'dogear-relay-'))
  const port = await freePort()
  const lines: string[] = []
  const relay = await startWeb({
    port,
    paymentsPort: await freePort(),
    data: demo.data,
    env: {
      ...cleared,
      ...{ REDIS_URL: demo.redis.url, DATABASE_URL: postgres.url, DOGEAR_WORKER: '0', DEMO_ORIGIN: demo.url },
      NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`,
    },
    onLine: (line: string) => {
      lines.push(line)
    },
  })
  const redis = new Redis(demo.redis.url)
  redis.on('error', () => {})
  const opened: Browsing[] = []
  const streams: Stream[] = []
  try {
    const loud = createCanaries()
    const visitor = visit(demo.url)
    await visitor.send(shipping)
    const refused = await beLoud(demo.url, { canaries: loud, cookie: visitor.cookie })
    await demo.redis.kill()
    refused.push(...(await beLoud(demo.url, { canaries: loud, cookie: visitor.cookie })))
    await demo.redis.start()
    await expect.poll(async () => (await visitor.get()).status, { timeout: 20_000 }).toBe(200)
    await redis.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '100000')
    const secrets = createCanaries()
    secrets.add((await readFile(join(demo.data, 'development.key'), 'utf8')).trim())
    const [ada, grace, phone] = await Promise.all([
      browse(browser, demo),
      browse(browser, demo, { javaScriptEnabled: false }),
      browse(browser, demo, { viewport: { width: 390, height: 844 } }),
    ])
    opened.push(ada, grace, phone)

    await order(ada)
    await apply(ada)
    const midway: Buffer[] = []
    await converse(ada, demo, async () => midway.push(await bytesOfRedis(demo.redis.url)))
    await order(grace)
    await ada.page.goto('/checkout/continue-elsewhere')
    const handoff = await makeHandoff(ada.page, 'Use both')
    await phone.page.goto(handoff.url)
    await goOnHere(phone.page)
    await expectStep(phone.page, 'review')
    await typeCode(phone.page, handoff.code)
    await ada.page.goto('/sign-up')
    const [account, password] = [createCanaries(), createCanaries()]
    await fill(ada.page, { 'Email address': `${account.text()}@example.org`, Password: password.text() })
    await ada.page.getByRole('button', { name: 'Create account' }).click()
    await ada.page.getByRole('link', { name: 'They are mine' }).click({ timeout: 60_000 })
    await expect(ada.page.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible()

    const people: Person[] = [ada, grace]
    const given: string[] = [...tokensIn(handoff.url), handoff.code, handoff.code.replace('-', '')]
    for (let count = 0; count < 12; count++) {
      const person: Person = { canaries: createCanaries(), heard: [] }
      people.push(person)
      const { text } = person.canaries
      const someone = visit(demo.url)
      const typed = Object.fromEntries(Object.keys(shipping).map((name) => [name, text()]))
      const event = { ...shipping, ...typed, type: shipping.type, country: 'GB', email: `${text()}@example.org` }
      const answers = [await someone.saveDraft('shipping', { ...typed, note: text() })]
      for (const origin of [demo.url, `http://localhost:${port}`])
        streams.push(await openStream(origin, someone.cookie))
      answers.push(
        await someone.send(event),
        await someone.send(delivery),
        await someone.saveDraft('payment', { company: text(), vatId: text() }),
      )
      const { token, code } = await issue(someone, count % 2 ? 'move' : 'join')
      const entered = await redeem(demo.url, count % 3 ? { token } : { code })
      given.push(...token.split('.'), code, ...tokensIn(someone.cookie), ...tokensIn(entered.cookie))
      for (const { text: said } of [...answers, entered, await someone.get()]) person.heard.push(said)
      if (count % 4 === 0) await someone.request('', { method: 'DELETE' })
    }
    const stranger: string[] = []
    for (const path of everywhere) {
      const headers = { cookie: visit(demo.url).cookie }
      const response = await fetch(`${demo.url}${path}`, { headers, redirect: 'manual' })
      stranger.push(JSON.stringify([...response.headers]), await response.text())
    }
    for (const one of opened) {
      await one.done()
      for (const { value } of await one.context.cookies()) given.push(...tokensIn(value))
    }
    for (const secret of given) if (secret.length >= 10) secrets.add(secret)

    const all = [...people.map(({ canaries }) => canaries), account, password, loud, secrets]
    const planted = all.reduce((sum, { size }) => sum + size, 0)
    test.info().annotations.push({ type: 'planted', description: `${planted} canaries` })
    expect(planted).toBeGreaterThan(200)

    // Every person's browser was told their own values, and those of nobody else.
    for (const person of people) expect(found(person.heard.join('\n'), [person.canaries])).not.toEqual([])
    for (const person of people) {
      const others = all.filter((canaries) => canaries !== person.canaries && canaries !== account)
      expect(found(person.heard.join('\n'), person === ada ? others.filter((one) => one !== secrets) : others)).toEqual(
        [],
      )
    }

    // SECURITY.md says that these are in the clear: documents, what was read of them, what a model was asked.
    for (const name of inTheClear) {
      const bytes = await bytesIn(join(demo.data, name))
      expect.soft(found(bytes, [ada.canaries]), name).not.toEqual([])
      expect
        .soft(
          found(
            bytes,
            all.filter((one) => one !== ada.canaries),
          ),
          name,
        )
        .toEqual([])
    }

    const tables = postgresPlaces(postgres.url, 'accounts')
    const places: [Place, Canaries[]][] = [
      [writtenPlace('the logs of all processes', [demo.log(), ...lines]), all],
      [
        writtenPlace(
          'streams',
          streams.map((stream) => stream.text()),
        ),
        all,
      ],
      [writtenPlace('refusals', refused), all],
      [writtenPlace('the answers to a stranger', stranger), all],
      [
        writtenPlace(
          'the URLs of requests',
          opened.flatMap(({ urls }) => urls).map((url) => url.split('#')[0] ?? ''),
        ),
        all,
      ],
      ...storagePlaces(ada.page).map((place): [Place, Canaries[]] => [place, all]),
      [scriptCookies(ada.context, ada.page), all],
      ...redisPlaces(demo.redis.url, join(demo.data, 'redis')).map((place): [Place, Canaries[]] => [place, all]),
      ...tables.others.map((place): [Place, Canaries[]] => [place, all]),
      // An account is found by its address, and knows its visits by a token that is worth nothing without a signature.
      [tables.own, all.filter((one) => one !== account && one !== secrets)],
      [filePlace('the file of the payment provider', join(demo.data, 'payments.ndjson')), all],
      [
        {
          name: 'Redis while an answer is on its way',
          read: async () => Buffer.concat(midway),
          plant: async (value) => midway.push(Buffer.from(value)),
        },
        all,
      ],
      [
        filesPlace('the files beside the sessions', demo.data, ['redis', ...inTheClear]),
        all.filter((one) => one !== secrets),
      ],
      [
        heapPlace('the heap of a process that only relays', {
          ...{ pid: relay.pid, folder },
          plant: async (value) => {
            const witness = visit(demo.url)
            await witness.send(shipping)
            streams.push(await openStream(`http://localhost:${port}`, `${witness.cookie}; planted=${value}`))
          },
        }),
        all.filter((one) => one !== secrets),
      ],
    ]
    for (const [place, canaries] of places)
      await test.step(place.name, async () => {
        expect.soft(found(await place.read(), canaries), place.name).toEqual([])
        const leak = createCanaries()
        await place.plant(leak.text())
        expect.soft(found(await place.read(), [leak]), `a leak planted in ${place.name}`).not.toEqual([])
      })
  } finally {
    for (const stream of streams) stream.stop()
    redis.disconnect()
    await Promise.all(opened.map(({ context }) => context.close()))
    relay.kill('SIGKILL')
    await relay.exited
    await demo.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
})

const found = (bytes: string | Uint8Array, canaries: readonly Canaries[]): string[] =>
  canaries.flatMap((one) => one.foundIn(Buffer.from(bytes)))

/** The secrets in a cookie or a link. */
const tokensIn = (text: string): string[] => text.match(/[\w-]{22,}/g) ?? []
