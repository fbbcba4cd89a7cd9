// The commands around a deploy, from the first lock to the last migrated session, on a real Redis.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine } from '../engine/engine.ts'
import { mintToken } from '../http/browser/cookie.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { configOf, place, type Workspace } from './command.fixture.ts'
import { grant } from './lock/grant.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
const prefix = `evolve-${randomUUID()}`
const store = redisStore(client, { prefix })
const engine = createEngine({ store, flows: [grant()], effectWaitMs: 1 })
const config = (version: number) => configOf(`() => made.grantsOnRedis('${url}', '${prefix}', ${version})`)
/** A build without the grant. */
const other = `() => made.onRedis('${url}', '${prefix}')`
const ids: string[] = []
let here: Workspace

/** A person who gave so many answers. */
async function person(answers: number, purpose: string): Promise<void> {
  const { credential } = mintToken((size) => crypto.getRandomValues(new Uint8Array(size)))
  const caller = { credential: undefined, mint: () => credential }
  await engine.send('grant', caller, {
    opId: randomUUID(),
    event: { type: 'purpose.given', purpose } as { type: string },
  })
  const size = { type: 'size.given', size: 'large' } as { type: string }
  if (answers > 1) await engine.send('grant', { ...caller, credential }, { opId: randomUUID(), event: size })
  ids.push(credential.id)
}

beforeAll(async () => {
  here = await place({ 'dogear.config.ts': config(1), 'two.ts': config(2), 'other.ts': configOf(other) })
  for (let i = 0; i < 30; i++) await person(i % 3 === 0 ? 2 : 1, i === 1 ? 'poison' : 'a novel')
  await person(1, 'overwritten')
  const [key = ''] = await client.keys(`${prefix}:*:s:${ids.pop()}`)
  await client.set(key, 'not a record at all, but somebody put it here', 'KEEPTTL')
})
afterAll(async () => {
  await engine.close()
  client.disconnect()
  await here.close()
})

async function stored(): Promise<string[]> {
  const all = await Promise.all(ids.map((id) => store.read(id)))
  return all.map((found) => (typeof found === 'object' ? Buffer.from(found.bytes).toString('base64') : String(found)))
}

it('locks a flow with samples of everyone in it, and finds nothing wrong with it', async () => {
  const locked = await here.run('lock', '--json')
  expect({ code: locked.code, stderr: locked.stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(locked.stdout).locks).toEqual([
    expect.objectContaining({ flow: 'grant', version: 1, problems: [] }),
  ])
  expect(await here.run('check')).toMatchObject({ code: 0, stderr: '' })
  const again = JSON.parse((await here.run('lock', '--json')).stdout)
  expect(again.locks[0].changed).toBe(false)
})

it('counts who is where, without a word of what they entered', async () => {
  const { code, stdout } = await here.run('census', '--json', '--out', 'census.json', '--batch', '7')
  expect(code).toBe(0)
  const census = JSON.parse(stdout)
  expect(census).toMatchObject({ sessions: 31, unreadable: 1, newer: 0 })
  expect(census.flows).toEqual([{ flow: 'grant', version: 1, age: 'current', sessions: 30, overdue: 0, abandoned: 0 }])
  expect(census.counts.map(({ state, count }: { state: string; count: number }) => [state, count]).sort()).toEqual([
    ['review', 10],
    ['size', 20],
  ])
  expect(JSON.parse(await readFile(join(here.folder, 'census.json'), 'utf8'))).toEqual(census)
  expect(stdout).not.toMatch(/novel|poison/)
  for (const id of ids) expect(stdout).not.toContain(id)
})

it('says before the deploy what would become of them, and that the new version is not locked', async () => {
  const { code, stdout } = await here.run('check', '--config', 'two.ts', '--census', 'census.json')
  expect(code).toBe(1)
  expect(stdout).toContain('Version 2 is not locked.')
  expect(stdout).toContain('20 sessions of grant 1 in "size" would go on at "review"')
  expect(stdout).toContain('0 stuck; 1 unreadable')
  expect((await here.run('lock', '--config', 'two.ts')).code).toBe(0)
})

it('refuses to replace the lock of a version that people would feel changing', async () => {
  const lock = join(here.folder, 'locks', 'grant@1.json')
  const before = await readFile(lock, 'utf8')
  const changed = await place({
    'dogear.config.ts': configOf(`() => ({ ...made.changedGrant(), lock: { folder: '${here.folder}/locks' } })`),
  })
  const { code, stdout } = await changed.run('lock').finally(changed.close)
  expect(code).toBe(1)
  expect(stdout).toContain('The state "size" (the page "How much") is gone.')
  expect(await readFile(lock, 'utf8')).toBe(before)
})

it('rewrites nothing in a dry run, and says what it would do', async () => {
  const before = await stored()
  const { code, stdout } = await here.run('migrate', '--config', 'two.ts')
  expect(code).toBe(1)
  expect(stdout).toContain('29 of 31 sessions would be migrated (nothing was written: use --write)')
  expect(stdout).toMatch(/19 +grant 1: size → 2: review/)
  expect(stdout).toContain('1 cannot be migrated and are kept as they are')
  expect(stdout).toMatch(/30 +grant 1 +this build migrates it +0 +0/)
  expect(await stored()).toEqual(before)
})

it('migrates everyone it can, keeps the rest byte for byte, and has nothing left to do the second time', async () => {
  const [before, poisoned] = [await stored(), 1]
  const { code, stdout } = await here.run(
    'migrate',
    '--config',
    'two.ts',
    '--write',
    '--json',
    '--rate',
    '5000',
    '--resume',
    'place',
  )
  expect(code).toBe(1)
  const summary = JSON.parse(stdout)
  expect(summary).toMatchObject({ sessions: 31, migrated: 29, current: 0, unreadable: 1 })
  expect(summary.failed).toEqual([
    {
      session: ids[poisoned],
      reference: expect.stringMatching(/^[\w-]{10}$/),
      reason: expect.stringContaining('record_unreadable'),
    },
  ])
  expect(summary.failed[0].reason).not.toContain('poison')
  const after = await stored()
  expect(after[poisoned]).toBe(before[poisoned])
  for (const [i, bytes] of after.entries()) if (i !== poisoned) expect(bytes).not.toBe(before[i])
  const again = JSON.parse((await here.run('migrate', '--config', 'two.ts', '--write', '--json')).stdout)
  expect(again).toMatchObject({ migrated: 0, current: 29, unreadable: 1 })
})

it('says which sessions a build leaves alone, by the names and versions of their flows', async () => {
  const { code, stdout } = await here.run('migrate', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ migrated: 0, newer: 29, current: 1, retired: 0 })
  const { stdout: lines } = await here.run('census', '--config', 'other.ts')
  expect(lines).toMatch(/29 +grant 2 +this build has no such flow +0 +0/)
})
