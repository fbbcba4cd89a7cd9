// The servers that the docs show for Express and Hono, started as they stand there.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/processes.mjs'

const root = resolve(import.meta.dirname, '../..')
let folder = ''
let server: ChildProcess | undefined

/** Starts a server of `docs`, beside the files of the README; resolves with its origin once it answers. */
async function start(page: string, file: string): Promise<string> {
  folder = mkdtempSync(join(root, 'apps/demo/.readme-'))
  for (const document of ['README.md', `docs/${page}`]) {
    const text = readFileSync(join(root, document), 'utf8')
    for (const [, name = '', code = ''] of text.matchAll(/^```tsx? file=(\S+)\n([\s\S]*?)^```$/gm)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), code)
    }
  }
  const port = await freePort()
  const { NODE_ENV: _, ...env } = process.env
  server = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: folder,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const origin = `http://localhost:${port}`
  while (server.exitCode === null) {
    if (await fetch(`${origin}/api/flows/signup`).catch(() => undefined)) return origin
    await wait(100)
  }
  throw new Error(`${file} ended with ${server.exitCode}`)
}

afterEach(async () => {
  server?.kill()
  if (server?.exitCode === null) await once(server, 'close')
  rmSync(folder, { recursive: true, force: true })
})

describe('the server that the docs show for', () => {
  it.each([
    ['Express', 'express.md', 'server/express.ts', /dogear\.type" value="plan\.chosen"/],
    ['Hono', 'hono.md', 'server/hono.ts', /<h1>Your plan<\/h1>/],
  ])('%s leads a person without JavaScript from the first page to the second', async (_, page, file, second) => {
    const origin = await start(page, file)
    const first = await fetch(`${origin}/signup`)
    expect([first.status, first.url]).toEqual([200, `${origin}/signup/name`])

    const fields = { 'dogear.opId': 'operation-1', 'dogear.type': 'name.submitted', 'dogear.step': 'name', name: 'Ada' }
    const answer = await fetch(`${origin}/api/flows/signup/events`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/signup/plan'])

    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const next = await fetch(`${origin}/signup/done`, { headers: { cookie } })
    expect(next.url).toBe(`${origin}/signup/plan`)
    expect(next.headers.get('cache-control')).toBe('private, no-store')
    expect(await next.text()).toMatch(second)
  })
})
