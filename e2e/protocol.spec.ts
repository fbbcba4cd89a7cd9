// The HTTP protocol as a program uses or abuses it, and the data in Redis afterwards.
import { startSecondServer } from './support/live.ts'
import { expect, test } from './support/test.ts'
import { type Answer, card, delivery, positionIn, shipping, type Visitor, visit } from './support/visitor.ts'

// One worker, so that one server of this kind is started instead of three.
test.describe.configure({ mode: 'default' })
// Without the worker of the engine, only requests talk to Redis.
test.use({ shared: { store: 'redis', env: { DOGEAR_WORKER: '0' } } })

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

async function atReview(url: string): Promise<Visitor> {
  const visitor = visit(url)
  expect((await visitor.send(shipping)).status).toBe(200)
  expect((await visitor.send(delivery)).status).toBe(200)
  expect((await visitor.send(card)).body.view.step).toBe('review')
  return visitor
}

test('a thousand visits without a cookie leave nothing in Redis', async ({ demo }) => {
  const before = await demo.redis.keys()
  const pages = ['/', '/checkout', '/checkout/shipping', '/checkout/review', '/api/flows/checkout']
  for (let round = 0; round < 20; round++) {
    const answers = await times(50, async (index) => {
      const response = await fetch(`${demo.url}${pages[index % pages.length]}`)
      await response.arrayBuffer()
      return [response.status, response.headers.getSetCookie()]
    })
    expect(answers).toEqual(answers.map(() => [200, []]))
  }
  expect(await demo.redis.keys()).toEqual(before)
})

test('looking at a session, in every way there is, does not change it', async ({ demo }) => {
  const visitor = await atReview(demo.url)
  const before = await demo.redis.contents()
  expect(Object.keys(before).filter((key) => key.includes(':s:'))).not.toEqual([])
  for (const path of ['', '?x=1']) expect((await visitor.get(path)).status).toBe(200)
  expect((await visitor.request('', { method: 'HEAD' })).status).toBe(200)
  for (const path of ['/', '/checkout', '/checkout/shipping', '/checkout/payment', '/checkout/confirmed'])
    expect((await fetch(`${demo.url}${path}`, { headers: { cookie: visitor.cookie } })).status).toBe(200)
  expect(await demo.redis.contents()).toEqual(before)
})

test('events only the engine may send are refused, and leave every byte as it was', async ({ demo }) => {
  const visitor = await atReview(demo.url)
  const before = await demo.redis.contents()
  const position = positionIn(await visitor.get())
  const payload = { output: { chargeId: 'ch_free' }, error: { code: 'x' }, to: '#confirmed', actorId: 'chargeCard' }
  const forged = [
    ...[
      'xstate.',
      'xstate.init',
      'xstate.stop',
      'xstate.error',
      'xstate.route',
      'xstate.route.confirmed',
      'xstate.raise',
    ],
    ...['xstate.done.actor.chargeCard', 'xstate.error.actor.chargeCard', 'xstate.snapshot.chargeCard', 'xstate.done'],
    ...['xstate.done.state.checkout', 'xstate.error.execution', 'xstate.error.communication', 'xstate.error.platform'],
    ...['xstate.after.priceHold.checkout', 'xstate.promise.resolve', 'xstate.promise.reject', 'xstate.update'],
    ...['xstate.cancel', 'xstate.spawnChild', 'xstate.actor.subscribe', 'XSTATE.INIT', ' xstate.init', 'xstate.init '],
    ...['', '*', 'shipping.*', 'priceHold.expired', 'toString', '__proto__', 'constructor', 'nothing.of.the.sort'],
  ]
  for (const type of forged) {
    for (const place of [{}, { step: 'review', position }, { step: 'shipping', position }]) {
      const { status } = await visitor.send({ type, ...payload }, place)
      expect([type, Math.floor(status / 100)]).toEqual([type, 4])
    }
  }
  const form = await visitor.request('/events', {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      'dogear.opId': 'forged-form',
      'dogear.type': 'xstate.done.actor.chargeCard',
      'dogear.step': 'nowhere',
    }),
  })
  expect(form.headers.get('location') ?? form.status).not.toMatch(/confirmed/)
  expect(await demo.redis.contents()).toEqual(before)
  expect((await visitor.get()).body).toMatchObject({ step: 'review', revision: 3 })
})

test('a request of another site, or of nobody, is refused and changes nothing', async ({ demo }) => {
  const visitor = await atReview(demo.url)
  const before = await demo.redis.contents()
  const body = JSON.stringify({ opId: 'from-elsewhere', event: { type: 'order.placed' } })
  for (const headers of [
    {},
    { origin: 'https://attacker.example' },
    { origin: 'null' },
    { origin: demo.url, 'sec-fetch-site': 'cross-site' },
    { origin: demo.url, 'sec-fetch-site': 'same-site' },
  ]) {
    for (const [method, path] of [
      ['POST', '/api/flows/checkout/events'],
      ['DELETE', '/api/flows/checkout'],
      ['POST', '/start-over'],
    ] as const) {
      const response = await fetch(`${demo.url}${path}`, {
        method,
        redirect: 'manual',
        headers: { cookie: visitor.cookie, 'content-type': 'application/json', ...headers } as Record<string, string>,
        ...(method === 'POST' ? { body } : {}),
      })
      expect([method, path, headers, response.status]).toEqual([method, path, headers, 403])
    }
  }
  expect(await demo.redis.contents()).toEqual(before)
})

test('the same event, sent fifty times at once, is applied once and answered fifty times alike', async ({ demo }) => {
  const visitor = visit(demo.url)
  await visitor.send(shipping)
  await visitor.send(delivery)
  const place = { opId: 'one-and-only', step: 'payment', position: positionIn(await visitor.get()) }
  const answers = await times(50, () => visitor.send(card, place))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(answers.filter(({ body }) => body.outcome === 'applied')).toHaveLength(1)
  expect(new Set(answers.map(({ body }) => JSON.stringify(body.view))).size).toBe(1)
  expect((await visitor.get()).body).toMatchObject({ revision: 3, step: 'review' })
})

test('a hundred writers at once, at two servers, lose no update', async ({ demo }) => {
  const other = await startSecondServer(demo, { DOGEAR_WORKER: '0' })
  try {
    const here = await atReview(demo.url)
    const there = here.at(other.url)
    const at = (index: number) => (index % 2 ? here : there)

    const drafts = await times(100, (index) =>
      at(index).saveDraft('shipping', { [`field${index}`]: `Writer ${index}` }),
    )
    expectOneLine(drafts, 3)
    expect(drafts.filter(({ status }) => status === 200).length).toBeGreaterThan(0)

    const position = positionIn(await here.get())
    const { revision } = position
    const events = await times(100, (index) =>
      at(index).send({ ...shipping, givenName: `Writer ${index}` }, { step: 'shipping', position }),
    )
    expectOneLine(events, revision)
    const taken = events.flatMap(({ status, body }) => (status === 200 ? [body.view] : []))
    expect(taken).toHaveLength(1)
    const now = (await there.get()).body
    expect(now.context.shipping.givenName).toBe(taken[0].context.shipping.givenName)
    expect(now.revision).toBe(revision + 1)
  } finally {
    await other.stop()
  }
})

/** Each answer is a proper refusal, or was applied at a revision of its own; these follow `from` without a gap. */
function expectOneLine(answers: Answer[], from: number): void {
  const applied = answers.filter(({ status }) => status === 200).map(({ body }) => body.view.revision as number)
  expect(applied.sort((a, b) => a - b)).toEqual(applied.map((_, index) => from + 1 + index))
  const refused = answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.code}`)
  expect(['409 stale_step', '409 conflict', '429 rate_limited']).toEqual(expect.arrayContaining([...new Set(refused)]))
}

test('a turn on a session this server knows is one command to Redis', async ({ demo }) => {
  const visitor = visit(demo.url)
  await visitor.send(shipping)
  await visitor.send(delivery)
  const place = { step: 'shipping', position: positionIn(await visitor.send(card)) }
  const commands = await demo.redis.commandsDuring(async () => {
    expect((await visitor.send({ ...shipping, givenName: 'Hot' }, place)).body).toMatchObject({ outcome: 'applied' })
  })
  expect(commands.map(([name]) => name?.toLowerCase())).toEqual(['evalsha'])
})

test('a look at a session this server knows is one command to Redis', async ({ demo }) => {
  const visitor = await atReview(demo.url)
  const commands = await demo.redis.commandsDuring(() => visitor.get())
  expect(commands).toHaveLength(1)
})

test('a session that was ended stays ended, for every event and with its cookie', async ({ demo }) => {
  const visitor = await atReview(demo.url)
  const { cookie } = visitor
  const position = positionIn(await visitor.get())
  expect((await visitor.request('', { method: 'DELETE' })).status).toBe(204)
  const late = visit(demo.url, cookie)
  const answer = await late.send({ type: 'order.placed' }, { step: 'review', position })
  expect([answer.status, answer.body.code]).toEqual([410, 'session_gone'])
  expect((await visit(demo.url, cookie).get()).body).toMatchObject({ saved: false, gone: { why: 'removed' } })
  expect(await demo.charges()).toEqual([])
})
