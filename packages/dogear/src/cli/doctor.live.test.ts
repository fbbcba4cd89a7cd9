import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, expect, it } from 'vitest'
import { freePort } from '../../../../scripts/processes.mjs'
import { ownServer } from '../redis/own-server.fixture.ts'
import { configOf, type Ended, place } from './command.fixture.ts'

const server = await ownServer()
const evicting = await ownServer(['--maxmemory-policy', 'allkeys-lru'])
const full = await ownServer(['--maxmemory-policy', 'allkeys-lru', '--maxmemory', '64mb'])
afterAll(() => Promise.all([server.close(), evicting.close(), full.close()]))

/** Runs the doctor on a config that exports `expression`. */
async function doctor(expression: string, ...args: string[]): Promise<Ended> {
  const here = await place({ 'dogear.config.ts': configOf(expression) })
  return here.run('doctor', ...args).finally(here.close)
}
const at = (port: number): string => `made.onRedis('redis://127.0.0.1:${port}')`

it('finds nothing wrong with a Redis that keeps what it is given', async () => {
  const { code, stdout, stderr } = await doctor(at(server.port))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toBe('redis store')
  expect(lines.slice(1).map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '))).toEqual([
    'ok reachable',
    'ok version',
    'ok eviction',
    'ok persistence',
    'ok replicas',
    'ok memory',
    'ok clock',
    'ok agenda',
    'ok pokes',
  ])
})

it('warns of a Redis that would evict sessions, with advice and without failing', async () => {
  const { code, stdout } = await doctor(at(evicting.port))
  expect(code).toBe(0)
  expect(stdout).toMatch(/warn {2}eviction {5}maxmemory-policy allkeys-lru.*\n {8}set maxmemory-policy noeviction\n/)
  expect(stdout).toMatch(/ noeviction\n {8}https:\/\/unpkg\.com\/dogear\/docs\/operations\.md#alarm-eviction\n/)
  expect(stdout).not.toContain('\u001b')
})

it('fails on a Redis that does evict sessions, as one JSON document', async () => {
  const { code, stdout } = await doctor(at(full.port), '--json')
  expect(code).toBe(1)
  const { ok, store, checks } = JSON.parse(stdout)
  expect({ ok, store }).toEqual({ ok: false, store: 'redis' })
  expect(checks).toContainEqual({
    name: 'eviction',
    status: 'fail',
    detail: expect.stringContaining('allkeys-lru'),
    advice: 'set maxmemory-policy noeviction',
    guide: 'https://unpkg.com/dogear/docs/operations.md#alarm-eviction',
  })
})

it('fails on a Redis that does not answer, and says why', async () => {
  const { code, stdout, stderr } = await doctor(at(await freePort()))
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toMatch(/fail {2}reachable {2}no answer: connect ECONNREFUSED/)
})

it('looks at an embedded database without making anything in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dogear-pglite-'))
  const { code, stdout } = await doctor(`() => made.onPglite(${JSON.stringify(folder)})`)
  expect(code).toBe(0)
  expect(stdout).toMatch(/warn {2}schema\s+"dogear" is not there yet/)
  const database = await PGlite.create(folder)
  const { rows } = await database.query("select from pg_namespace where nspname = 'dogear'")
  await database.close()
  expect(rows).toEqual([])
  await rm(folder, { recursive: true, force: true })
}, 90_000)

it('warns of a store that forgets', async () => {
  const { code, stdout } = await doctor('made.onMemory()')
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^memory store\n {2}warn {2}persistence/) })
})

it('ends with 2 where there is no config, and says what to do', async () => {
  const here = await place({})
  const [plain, json] = await Promise.all([here.run('doctor'), here.run('doctor', '--json')])
  expect(plain).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^There is no dogear\.config\.ts here or above: write one .*\n$/),
  })
  expect(JSON.parse(json.stdout)).toEqual({ error: expect.stringContaining('There is no dogear.config.ts') })
  await here.close()
})

it('names a flow whose records grow with every turn, by what a look at a thousand of them says', async () => {
  const { code, stdout } = await doctor(`() => made.growing('redis://127.0.0.1:${server.port}', 44)`)
  expect(code).toBe(0)
  expect(stdout).toMatch(/warn {2}records +flow "diary": \d+ bytes in the median of 44 records; it grows: \d+ bytes/)
  expect(stdout).toMatch(/\n {8}it keeps more with every turn: .*\n/)
})
