import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tagOf } from '../engine/access.ts'
import { createEngine } from '../engine/engine.ts'
import { person } from '../engine/harness.fixture.ts'
import { transfer } from '../flow/transfer.fixture.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { configOf, place, type Workspace } from './command.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
const prefix = `send-${randomUUID()}`
const engine = createEngine({ store: redisStore(client, { prefix }), flows: [transfer] })
const paid = JSON.stringify({ type: 'provider.paid', amount: 4200 })

let here: Workspace
let session = ''
const ada = person(engine)
beforeAll(async () => {
  here = await place({
    'dogear.config.ts': configOf(`() => made.transfersOnRedis(${JSON.stringify(url)}, ${JSON.stringify(prefix)})`),
  })
  await ada.send('order.placed', { name: 'Ada Lovelace' })
  session = ada.caller.credential?.id ?? ''
})
afterAll(async () => {
  await here.close()
  await engine.close(1)
  await client.quit()
})

it('sends an event, and says where the session is then', async () => {
  const { code, stdout, stderr } = await here.run('send', tagOf(session), paid, '--op-id', 'evt_1')
  expect(stdout).toBe(`applied: session ${session} is in "paid"; operation evt_1\n`)
  expect([code, stderr]).toEqual([0, ''])
  expect(await ada.read()).toMatchObject({ step: 'paid', context: { paid: 4200 } })
})

it('sends it once under one operation id, and says why another is refused, with nothing that was entered', async () => {
  const [again, late, invalid, nobody, ...unread] = await Promise.all([
    here.run('send', '--json', session, paid, '--op-id', 'evt_1'),
    here.run('send', session, '{"type":"provider.refused"}'),
    here.run('send', '--json', session, '{"type":"provider.paid","amount":-1}'),
    here.run('send', `-${'A'.repeat(42)}`, paid),
    here.run('send', session, '{}'),
    here.run('send', session, 'paid'),
  ])
  expect([again.code, again.stderr]).toEqual([0, ''])
  expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'duplicate', state: 'paid' })
  expect(again.stdout).not.toContain('Lovelace')
  expect([late.code, late.stdout]).toEqual([1, expect.stringMatching(/^rejected \(not_accepted\): .*"paid"/)])
  expect([invalid.code, JSON.parse(invalid.stdout)]).toMatchObject([
    1,
    { code: 'invalid_event', issues: [{ path: 'amount', message: 'Say an amount' }] },
  ])
  expect([nobody.code, nobody.stdout]).toEqual([1, expect.stringContaining('There is no session')])
  for (const refused of unread)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('this is no event') })
})
