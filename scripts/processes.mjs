// Child processes that cannot be orphaned, and ports for them to listen on.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { failure } from './output.mjs'

const LEASH = fileURLToPath(new URL('./leash.mjs', import.meta.url))
const KEPT_LINES = 40

/**
 * @typedef {object} Leashed a running command
 * @property {number} pid of the command itself
 * @property {Promise<{ code: number | null, signal: string | null }>} exited settles when it and its group are gone
 * @property {() => string} lastLines the end of what it printed
 * @property {(signal: NodeJS.Signals) => void} kill sends a signal to the command itself, if it is still there
 * @property {() => Promise<void>} stop asks it to end, insists after `stopMs`, resolves when it is gone
 */

/**
 * Starts a command in its own process group. It ends when `stop` is called or when this process ends, however it does.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] replaces the environment
 * @param {number} [options.uid]
 * @param {number} [options.gid]
 * @param {NodeJS.Signals} [options.stopSignal] what asks the command to end
 * @param {number} [options.stopMs] how long it may take to do so
 * @param {string} [options.removeAfter] a folder to delete afterwards
 * @param {boolean} [options.inherit] prints straight to our own output
 * @param {(line: string) => void} [options.onLine] called with every line printed
 * @returns {Promise<Leashed>}
 */
export async function leash(command, args, options = {}) {
  const {
    cwd,
    env = process.env,
    uid,
    gid,
    stopSignal = 'SIGTERM',
    stopMs = 10_000,
    removeAfter,
    inherit,
    onLine,
  } = options
  const order = { command, args, options: { cwd, uid, gid }, stopSignal, stopMs, removeAfter }
  const output = inherit ? 'inherit' : 'pipe'
  const keeper = spawn(process.execPath, [LEASH, JSON.stringify(order)], {
    env,
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  })

  /** @type {string[]} */
  const lines = []
  for (const stream of [keeper.stdout, keeper.stderr]) {
    if (stream) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        if (lines.length > KEPT_LINES) lines.shift()
        onLine?.(line)
      })
    }
  }

  let gone = false
  const exited = new Promise((resolve) => {
    /** @type {{ code: number | null, signal: string | null }} */
    let result = { code: null, signal: 'SIGKILL' }
    keeper.on('message', (message) => {
      if (!message || typeof message !== 'object' || !('code' in message)) return
      gone = true
      result = /** @type {typeof result} */ (message)
    })
    keeper.once('close', () => resolve(result))
  })

  const pid = await new Promise((resolve, reject) => {
    keeper.once('error', reject)
    keeper.once('message', (/** @type {{ pid?: number, error?: string }} */ message) => {
      if (message.pid) resolve(message.pid)
      else reject(failure(`${command} could not be started: ${message.error}`))
    })
    keeper.once('close', () => reject(failure(`${command} could not be started.`)))
  })

  return {
    pid,
    exited,
    lastLines: () => lines.join('\n'),
    kill: (signal) => {
      if (!gone) process.kill(pid, signal)
    },
    stop: async () => {
      if (keeper.connected) keeper.send('stop', () => {})
      await exited
    },
  }
}

/**
 * Waits for a line a service prints when it is ready; rejects with its last lines when it ends or stays silent instead.
 *
 * @param {(onLine: (line: string) => void) => Promise<Leashed>} start
 * @param {{ name: string, ready: RegExp, withinMs?: number }} options
 */
export async function startUntil(start, { name, ready, withinMs = 60_000 }) {
  /** @type {(line: string) => void} */
  let onLine = () => {}
  const line = new Promise((resolve) => {
    onLine = (text) => ready.test(text) && resolve(undefined)
  })
  const service = await start((text) => onLine(text))
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve('did not get ready'), withinMs)
  })
  const problem = await Promise.race([line, service.exited.then(() => 'ended instead of starting'), late])
  clearTimeout(timer)
  if (problem) {
    await service.stop()
    throw failure(`${name} ${problem}:\n${service.lastLines()}`)
  }
  return service
}

/**
 * Resolves to true if a server could listen on this port on every interface.
 *
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function portIsFree(port) {
  for (const host of ['::', '0.0.0.0', '127.0.0.1']) {
    const code = await new Promise((resolve) => {
      const server = createServer()
      server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code))
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
    })
    if (code === 'EADDRINUSE' || code === 'EACCES') return false
  }
  return true
}

/** A free port below the range of outgoing connections, so that it is still free when a server starts again. */
export async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(20_000, 30_000)
    if (await portIsFree(port)) return port
  }
  throw failure('No free port was found between 20000 and 30000.')
}
