// A change of keys on the command line, on a real Redis, up to the end of a session.

import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine } from '../engine/engine.ts'
import { atReview } from '../engine/harness.fixture.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { configOf, place, type Workspace } from './command.fixture.ts'
import { hanging } from './config.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
const prefix = `keys-${randomUUID()}`
const [old, fresh] = ['k1', 'k2'].map((id) => `${id}:${randomBytes(32).toString('base64url')}`)
const engine = createEngine({ store: redisStore(client, { prefix }), flows: [hanging()], keys: old })
const config = (keys: string) => configOf(`() => made.sealedOnRedis('${url}', '${prefix}', '${keys}')`)
const ids: string[] = []
// Each test starts up to four processes, which takes long on a busy machine.
const timeout = 120_000
let here: Workspace

beforeAll(async () => {
  here = await place({ 'dogear.config.ts': config(`${fresh},${old}`), 'old.ts': config(`${old}`) })
  for (let count = 0; count < 12; count++) ids.push((await atReview(engine)).caller.credential?.id ?? '')
})
afterAll(async () => {
  await engine.close()
  client.disconnect()
  await here.close()
})

it('is looked at, done, and shown to be done [M41]', { timeout }, async () => {
  const checked = await here.run('rekey', '--check')
  expect(checked).toMatchObject({ code: 1, stdout: expect.stringMatching(/k1 +12 +0[\s\S]*12 are left/) })
  const swept = await here.run('rekey', '--batch', '5', '--json')
  expect({ code: swept.code, ...JSON.parse(swept.stdout) }).toMatchObject({ code: 0, resealed: 12, left: 0 })
  expect(await here.run('rekey', '--check')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No record needs another key'),
  })
  for (const text of [checked.stdout, swept.stdout])
    for (const key of [old, fresh]) expect(text).not.toContain(key?.slice(3))
})

it('is told of by the key that is missing, where a process has not heard of it [M42]', {
  timeout,
}, async () => {
  const shown = await here.run('show', ids[0] ?? '', '--config', 'old.ts')
  expect(shown).toMatchObject({ code: 1, stdout: expect.stringMatching(/cannot be read[\s\S]*0x04[\s\S]*key "k2"/) })
  const census = await here.run('census', '--json', '--config', 'old.ts')
  expect(JSON.parse(census.stdout)).toMatchObject({ sessions: 12, unreadable: 12 })
  expect(JSON.parse((await here.run('census', '--json')).stdout)).toMatchObject({ sessions: 12, unreadable: 0 })
})

it('is refused before it begins where its place cannot be kept', { timeout }, async () => {
  const refused = await here.run('rekey', '--resume', join(here.folder, 'no', 'such', 'place'))
  const why = /^invalid_request: the file of --resume cannot be written: .* \(ENOENT\)\n$/
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(why) })
  const counting = await here.run('rekey', '--check', '--resume', 'place')
  const none = '--check only counts, which keeps no place: leave --resume out'
  expect(counting).toMatchObject({ code: 1, stdout: '', stderr: `invalid_request: ${none}\n` })
  const census = await here.run('census', '--out', join(here.folder, 'no', 'such', 'file'))
  expect(census).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('the file of --out cannot be') })
  expect(census.stderr).not.toContain('sessions')
})

it.each([
  [['--session', 'A', '--session', 'B'], "'--session <id>' is given twice: run the command once for each"],
  [['--owner', 'ada', '--owner=eve'], "'--owner <id>' is given twice: run the command once for each"],
  [['--owner', ''], "'--owner <id>' is given no value"],
  [['--session', ''], "'--session <id>' is given no value"],
])('is erased by no command line that asks for more than one, or for nobody: %j', { timeout }, async (args, why) => {
  const named = args.map((arg) => ids[['A', 'B'].indexOf(arg)] ?? arg)
  const refused = await here.run('erase', '--json', ...named)
  expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`error: option ${why}`) })
  for (const id of ids) expect(refused.stderr).not.toContain(id)
  expect(await engine.store.read(ids[1] ?? '')).toBeTypeOf('object')
})

it('ends with an erasure that is proven, also for an id that begins with a dash [M66]', {
  timeout,
}, async () => {
  const erased = await here.run('erase', '--session', ids[0] ?? '')
  expect(erased).toMatchObject({ code: 0, stdout: expect.stringMatching(/the store +clear +its tombstone/) })
  expect(await here.run('show', ids[0] ?? '')).toMatchObject({ stdout: expect.stringContaining('was ended') })
  const dashed = await here.run('erase', '--session', `-${'A'.repeat(42)}`)
  expect(dashed).toMatchObject({ code: 1, stdout: expect.stringContaining('was there as: nothing') })
  expect(await here.run('erase')).toMatchObject({ code: 2, stderr: expect.stringContaining('--session <id>') })
})
