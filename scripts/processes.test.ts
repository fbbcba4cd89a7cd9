// Every process that a command started ends with the command, however that ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkNode } from './bootstrap.mjs'
import { freePort, leash, portIsFree, startUntil } from './processes.mjs'

const forever = ['--eval', 'console.log("up"); setInterval(() => {}, 1000)']
const deaf = ['--eval', 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)']

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Starts something that prints `up`, and resolves when it has. */
const start = (args: string[], options: Parameters<typeof leash>[2] = {}) =>
  startUntil((onLine) => leash(process.execPath, args, { ...options, onLine }), { name: 'test', ready: /up/ })

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'ends what a command started when it dies of %s',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'dogear-leash-'))
    const script = `
    import { leash } from ${JSON.stringify(join(import.meta.dirname, 'processes.mjs'))}
    const child = await leash(process.execPath, ${JSON.stringify(forever)}, { removeAfter: ${JSON.stringify(folder)} })
    console.log(child.pid)
    await child.exited
  `
    const command = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = Number(String((await once(command.stdout, 'data'))[0]))
    expect(isRunning(pid)).toBe(true)
    command.kill(signal)
    await expect.poll(() => isRunning(pid)).toBe(false)
    await expect.poll(() => existsSync(folder)).toBe(false)
  },
)

test('stops politely, and insists when that is ignored', async () => {
  const polite = await start(forever)
  await polite.stop()
  expect(await polite.exited).toEqual({ code: null, signal: 'SIGTERM' })
  const stubborn = await start(deaf, { stopMs: 50 })
  await stubborn.stop()
  expect(await stubborn.exited).toEqual({ code: null, signal: 'SIGKILL' })
})

test('says why something did not start', async () => {
  await expect(leash('/no/such/program', [])).rejects.toThrow('/no/such/program could not be started')
  await expect(start(['--eval', 'console.log("down"); process.exit(3)'])).rejects.toThrow(
    'ended instead of starting:\ndown',
  )
})

test('knows a port that is taken, on whichever interface', async () => {
  const port = await freePort()
  expect(await portIsFree(port)).toBe(true)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await portIsFree(port)).toBe(false)
  server.close()
  await once(server, 'close')
})

test('refuses a Node that is too old, in one sentence', () => {
  expect(() => checkNode('20.18.9')).toThrow('This needs Node 20.19 or newer, and this is Node 20.18.9')
  expect(() => checkNode('18.20.0')).toThrow('install one')
  expect(() => checkNode('20.19.0')).not.toThrow()
  expect(() => checkNode('24.0.0')).not.toThrow()
})
