import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'

const parts = 'const engine = { wake() {} };'
const typed = 'const here: string = import.meta.url; export const kind: string = here && "typed";'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogear-config-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
async function problemOf(text: string, name = 'dogear.config.mjs'): Promise<string> {
  await write(name, text)
  const loaded = await loadConfig(name, folder)
  return loaded.ok ? 'none' : loaded.problem
}

describe('a config', () => {
  it('is found from a folder below, TypeScript first, with its own imports', async () => {
    await mkdir(join(folder, 'a', 'b'), { recursive: true })
    await write('kind.ts', typed)
    await write(
      'dogear.config.ts',
      `import { kind } from './kind.ts'; ${parts} export default { engine, kind: kind as string }`,
    )
    await write('dogear.config.mjs', 'throw new Error("not this one")')
    expect(await loadConfig(undefined, join(folder, 'a', 'b'))).toMatchObject({ ok: true, config: { kind: 'typed' } })
  })

  it('is the nearest one', async () => {
    await mkdir(join(folder, 'near'))
    await write('dogear.config.ts', 'throw new Error("too far")')
    await write('near/dogear.config.mjs', `${parts} export default { engine }`)
    expect(await loadConfig(undefined, join(folder, 'near'))).toMatchObject({ ok: true })
  })

  it('may be a function, also an asynchronous one, in a file of any name', async () => {
    await write('ops.mjs', `${parts} export default async () => ({ engine })`)
    expect(await loadConfig('ops.mjs', folder)).toMatchObject({ ok: true, config: { engine: {} } })
  })

  it('runs once', async () => {
    await write(
      'dogear.config.ts',
      `${parts} globalThis.runs = (globalThis.runs ?? 0) + 1; export default () => ({ engine, runs: globalThis.runs })`,
    )
    expect(await loadConfig(undefined, folder)).toMatchObject({ config: { runs: 1 } })
  })
})

describe('a config that does not work is told in one sentence:', () => {
  it('there is none', async () => {
    expect(await loadConfig(undefined, folder)).toMatchObject({
      problem: expect.stringContaining('There is no dogear.config.ts here or above'),
    })
    expect(await loadConfig('gone.ts', folder)).toMatchObject({
      problem: expect.stringMatching(/^There is no file .*gone\.ts/),
    })
  })

  it('it throws', async () => {
    expect(await problemOf('throw new Error("set REDIS_URL\\n  and more")')).toBe(
      'dogear.config.mjs cannot be loaded, see why and try again: Error: set REDIS_URL and more',
    )
    expect(await problemOf('export default () => { throw new TypeError("later") }', 'other.mjs')).toContain(
      'TypeError: later',
    )
  })

  it('it exports something else', async () => {
    const missing = (what: string) =>
      `The default export of dogear.config.mjs has no ${what}: export defineConfig({ engine }).`
    expect(await problemOf('export const config = {}')).toBe(missing('engine'))
  })

  it('it lacks a part', async () => {
    expect(await problemOf('export default { engine: {} }')).toContain('has no engine')
  })
})
