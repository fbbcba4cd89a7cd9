import { randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tagOf } from '../engine/access.ts'
import { createEngine } from '../engine/engine.ts'
import { mintToken } from '../http/browser/cookie.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { at } from '../store/cases/bench.ts'
import { configOf, place, type Workspace } from './command.fixture.ts'
import { hanging } from './config.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
const prefix = `show-${randomUUID()}`
const store = redisStore(client, { prefix })
const engine = createEngine({ store, flows: [hanging()], effectWaitMs: 1, leaseMs: 600_000 })
const { token, credential } = mintToken(randomBytes)
const [selector = '', secret = ''] = token.split('.')
const canaries = [
  'Canary Q. Person',
  'tok_canary',
  'typed canary',
  selector,
  secret,
  credential.secretHash,
  '\u001b',
  '\u0007',
  'evil.example',
]

const event = (type: string, payload: object): { type: string } => ({ type, ...payload })

let here: Workspace
beforeAll(async () => {
  here = await place({
    'dogear.config.ts': configOf(`() => made.onRedis(${JSON.stringify(url)}, ${JSON.stringify(prefix)})`),
  })
  const label = '\u001b]8;;https://evil.example\u0007Firefox\u001b[31m'
  const caller = { credential: undefined, mint: () => credential, label }
  await engine.send('checkout', caller, {
    opId: 'operation-1',
    event: event('shipping.submitted', { name: 'Canary Q. Person' }),
  })
  const known = { ...caller, credential }
  await engine.send('checkout', known, {
    opId: 'operation-2',
    event: event('payment.submitted', { token: 'tok_canary' }),
  })
  await engine.saveDraft('checkout', known, { opId: 'operation-3', step: 'payment', values: { note: 'typed canary' } })
  await engine.send('checkout', known, { opId: 'operation-4', event: { type: 'order.placed' } })
})
afterAll(async () => {
  await here.close()
  await engine.close(1)
  await client.quit()
})

it('shows where a session is and what it waits for, without context, values or secrets', async () => {
  const { code, stdout, stderr } = await here.run('show', credential.id)
  expect(stderr).toBe('')
  for (const part of [credential.id, 'checkout, version 1', 'paying (active)', 'epoch 0, revision 4', 'payment'])
    expect(stdout).toContain(part)
  expect(stdout).toMatch(/receipts +3\n/)
  expect(stdout).toMatch(/chargeCard\s+chargeCard\s+1\s+\d{4}-\d\d-\d\dT\S+Z {2}in 9 min \d+ s/)
  expect(stdout).toMatch(/d1\s+Firefox\s+\d{4}-/)
  expect(stdout).toMatch(/order\.placed\s+review\s+paying\s+d1/)
  for (const canary of canaries) expect(stdout).not.toContain(canary)
  expect(code).toBe(0)
})

it('finds a session by its cookie, prints neither half of it, and says the same as one JSON document', async () => {
  const { code, stdout, stderr } = await here.run('show', '--json', `__Host-dogear.checkout=${token}`)
  const document = JSON.parse(stdout)
  expect(document).toMatchObject({
    found: 'record',
    session: credential.id,
    flow: 'checkout',
    status: 'active',
    state: 'paying',
    step: 'paying',
    position: { epoch: 0, revision: 4 },
    owned: false,
    receipts: 3,
    drafts: ['payment'],
    effects: [{ id: 'chargeCard', effectId: `${credential.id}.chargeCard.1`, attempt: 1, settled: false }],
    devices: [{ id: 'd1', label: 'Firefox' }],
  })
  expect(document.trail).toHaveLength(3)
  for (const canary of canaries) expect(stdout + stderr).not.toContain(canary)
  expect(code).toBe(0)
})

it('finds a session by the reference that an error page or a log shows', async () => {
  const [found, absent] = await Promise.all([here.run('show', tagOf(credential.id)), here.run('show', 'AAAAAAAAAA')])
  expect(found).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`session    ${credential.id}`) })
  expect(absent).toMatchObject({ code: 1, stdout: expect.stringContaining('There is no session AAAAAAAAAA') })
})

it('exits with 1 for a session that is not there or cannot be read, and with 2 for what names none', async () => {
  const unknown = `-${'A'.repeat(42)}`
  const [absent, unreadable, wrong] = await Promise.all([
    here.run('show', unknown),
    store
      .commit('B'.repeat(43), 0, { bytes: Uint8Array.of(9, 9), ...at(1), ttlMs: 60_000 })
      .then(() => here.run('show', 'B'.repeat(43))),
    here.run('show', 'canary@example.com'),
  ])
  expect(absent).toMatchObject({ code: 1, stdout: expect.stringContaining(`There is no session ${unknown}`) })
  expect(unreadable).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/format byte\s+0x09\n\s+bytes\s+2\n\s+position\s+epoch 0, revision 1/),
  })
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).not.toContain('canary')
})
