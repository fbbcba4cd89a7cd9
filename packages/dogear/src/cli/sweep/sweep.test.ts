// A sweep finds every session once: through a store that is away in passing or begins again, and in two runs.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine, type Engine } from '../../engine/engine.ts'
import { DogearError } from '../../errors.ts'
import { checkout } from '../../flow/checkout.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import { createOutput } from '../output.ts'
import { checkBookmark, readBookmark } from './bookmark.ts'
import { type SweepSettings, sweep } from './sweep.ts'
import { checkWritable } from './writable.ts'

const store = memoryStore()
const count = 60
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogear-sweep-'))
  const engine = createEngine({ store, flows: [checkout] })
  for (let nth = 0; nth < count; nth++) {
    const mint = () => ({ id: `session-${nth}`, secretHash: 'hash' })
    const event = { type: 'shipping.submitted', name: 'Ada' }
    await engine.send('checkout', { credential: undefined, mint }, { opId: `op-${nth}`, event })
  }
})
afterAll(() => rm(folder, { recursive: true }))

const out = createOutput({ json: false, color: false, stdout: () => {}, stderr: () => {} })
const away = new DogearError('store_unavailable', 'slots are on their way', { retryAfterMs: 1 })

type Run = { engine?: Engine; resume?: string; stopAfter?: number; command?: string }

/** The ids in the order they were found; `stopAfter` so many, a signal comes. */
async function run({ engine = engineOn(store), resume, stopAfter, command = 'census' }: Run = {}) {
  const settings: SweepSettings = { batch: 7, rate: 1_000_000, ...(resume !== undefined && { resume }) }
  let stop = (_: string): void => {}
  const signal = new Promise<string>((resolve) => {
    stop = resolve
  })
  return sweep<string[]>(
    engine,
    settings,
    {
      command,
      state: [],
      told: String,
      each: ({ id }, ids) => {
        if (ids.push(id) === stopAfter) stop('SIGTERM')
      },
    },
    { out, terminal: false, stopped: () => signal },
  )
}

const engineOn = (store: Store): Engine => createEngine({ store, flows: [checkout] })
const all = Array.from({ length: count }, (_, nth) => `session-${nth}`).sort()

it('goes on where the store was away in passing, and says what is wrong where it stays away', async () => {
  let calls = 0
  const flaky = {
    ...store,
    scan: (...args) => (++calls % 3 === 2 ? Promise.reject(away) : store.scan(...args)),
  } as Store
  expect((await run({ engine: engineOn(flaky) })).state.sort()).toEqual(all)
  const broken = { ...store, scan: () => Promise.reject(new DogearError('record_unreadable', 'no')) } as Store
  await expect(run({ engine: engineOn(broken) })).rejects.toThrow('no')
})

it('finds nothing twice in a store whose scan begins again, as slots have moved', async () => {
  let begun = 0
  const moved: Store = {
    ...store,
    scan: (cursor, limit) => store.scan(cursor !== undefined && ++begun === 4 ? undefined : cursor, limit),
  }
  expect((await run({ engine: engineOn(moved) })).state.sort()).toEqual(all)
})

it('goes on in another run where it was stopped, with what it had counted, also if the scan begins again', async () => {
  const resume = join(folder, 'place')
  const first = await run({ resume, stopAfter: 30 })
  expect(first.stopped).toBe('SIGTERM')
  expect(first.state.length).toBeLessThan(count)
  let begun = false
  const moved: Store = {
    ...store,
    scan(cursor, limit) {
      const from = begun ? cursor : undefined
      begun = true
      return store.scan(from, limit)
    },
  }
  const second = await run({ engine: engineOn(moved), resume })
  expect(second.stopped).toBeNull()
  expect(second.state.sort()).toEqual(all)
  expect(await readdir(folder)).toEqual([])
})

it.each(['census', 'rekey'])('of %s refuses to begin where its place cannot be kept', async (command) => {
  let scans = 0
  const scan: Store['scan'] = (...args) => {
    scans++
    return store.scan(...args)
  }
  for (const resume of [join(folder, 'no', 'such', 'place'), folder, join(folder, 'x'.repeat(300))])
    await expect(run({ engine: engineOn({ ...store, scan }), resume, command })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/the file of --resume.* cannot be (written|read)/),
    })
  expect(scans).toBe(0)
  expect(await readdir(folder)).toEqual([])
})

it.each([
  ['of another command', '{"command":"migrate","place":{"cursor":"1","seen":""},"state":[]}'],
  ['that is no JSON', 'mark.0.12.7'],
])('refuses to go on from a file %s, and leaves it', async (_, text) => {
  const resume = join(folder, 'other')
  await writeFile(resume, text)
  await expect(run({ resume })).rejects.toThrow('the file of --resume is none that "dogear census" has written')
  expect(await readFile(resume, 'utf8')).toBe(text)
})

it('refuses to go on from what a release before has counted, if that was less', async () => {
  const resume = join(folder, 'before')
  await writeFile(resume, '{"command":"owners","place":{"cursor":"1","seen":""},"state":{"sessions":3}}')
  expect(await readBookmark(resume, 'owners', { sessions: 0 })).toMatchObject({ state: { sessions: 3 } })
  await expect(readBookmark(resume, 'owners', { sessions: 0, unreadable: 0 })).rejects.toThrow('is none that')
})

it('looks if a file can be written without changing it, or leaving one behind', async () => {
  const file = join(folder, 'out')
  await checkWritable(file, '--out')
  expect(await readFile(file, 'utf8').catch(({ code }) => code)).toBe('ENOENT')
  await writeFile(file, 'what was there')
  await checkWritable(file, '--out')
  // A place is written beside its file; looking if that can be done writes nothing there.
  await writeFile(`${file}.new`, 'of somebody')
  await checkBookmark(file)
  expect(await readFile(`${file}.new`, 'utf8')).toBe('of somebody')
  expect(await readFile(file, 'utf8')).toBe('what was there')
  for (const bad of [folder, join(folder, 'no', 'such'), join(file, 'below')])
    await expect(checkWritable(bad, '--out')).rejects.toThrow('the file of --out cannot be written')
})
