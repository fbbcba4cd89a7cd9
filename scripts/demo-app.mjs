// Starts the processes of a running demo: its stand-ins, each by itself, the production server.
import { join } from 'node:path'
import { root } from './bootstrap.mjs'
import { bundled } from './bundled.mjs'
import { appFolder, nextBin } from './demo-build.mjs'
import { failure } from './output.mjs'
import { leash, startUntil } from './processes.mjs'

const ANSWERS_WITHIN_MS = 60_000
/** WebAssembly, which is the embedded database, is not compiled once more for speed: no demo runs until that pays. */
const flags = ['--liftoff-only']

/**
 * @typedef {object} DemoSettings
 * @property {number} port
 * @property {number} paymentsPort
 * @property {number} [assistantPort] where the model's stand-in listens; without it the demo asks `ASSISTANT_URL`
 * @property {import('./demo-build.mjs').BuildName} [build] which build is served; default: that of today
 * @property {string} data folder of everything that must survive a restart
 * @property {Record<string, string | undefined>} [env] on top of ours
 * @property {(line: string) => void} [onLine] called with every line they print
 */

/** @param {DemoSettings} settings */
function environment({ port, paymentsPort, assistantPort, data, env }) {
  return {
    ...process.env,
    NODE_ENV: /** @type {const} */ ('production'),
    NEXT_TELEMETRY_DISABLED: '1',
    PORT: String(port),
    PAYMENTS_PORT: String(paymentsPort),
    ...(assistantPort !== undefined && {
      ASSISTANT_PORT: String(assistantPort),
      ASSISTANT_URL: `http://127.0.0.1:${assistantPort}/v1`,
    }),
    DOGEAR_DATA: data,
    DOGEAR_INSECURE_LOCALHOST: '1',
    ...env,
  }
}

/** @param {DemoSettings} settings */
export const startPayments = (settings) => startStandIn('payments', settings)

/** Starts the model's stand-in, at `assistantPort`. @param {DemoSettings} settings */
export const startAssistant = (settings) => startStandIn('assistant', settings)

/** @param {'payments' | 'assistant'} name @param {DemoSettings} settings */
function startStandIn(name, settings) {
  const start = (/** @type {(line: string) => void} */ ready) =>
    leash(process.execPath, [bundled(join(root, 'apps', name, 'src', 'main.ts'))], {
      cwd: join(root, 'apps', name),
      env: environment(settings),
      onLine: (line) => {
        ready(line)
        settings.onLine?.(line)
      },
    })
  return startUntil(start, { name: `apps/${name}`, ready: /listening on/ })
}

/** Starts the built demo; resolves once its home page answers. @param {DemoSettings} settings */
export async function startWeb(settings) {
  const { port, build = 'today', onLine } = settings
  const web = await leash(process.execPath, [...flags, nextBin(), 'start', '--port', String(port)], {
    cwd: appFolder(build),
    env: environment(settings),
    ...(onLine ? { onLine } : {}),
  })
  let ended = false
  web.exited.then(() => {
    ended = true
  })
  const deadline = Date.now() + ANSWERS_WITHIN_MS
  while (!(await answers(`http://127.0.0.1:${port}/`))) {
    if (ended) throw failure(`apps/demo ended instead of starting:\n${web.lastLines()}`)
    if (Date.now() > deadline) {
      await web.stop()
      throw failure(`apps/demo did not answer within ${ANSWERS_WITHIN_MS / 1000} s:\n${web.lastLines()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return web
}

/**
 * Waits until the store has answered once; on a first run the embedded database is created meanwhile. The credential is
 * well-formed and belongs to nobody, so the server has to look it up. False when the store cannot be reached.
 *
 * @param {number} port
 */
export async function storeAnswers(port) {
  const cookie = `dogear.checkout=${'A'.repeat(22)}.${'A'.repeat(43)}`
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/flows/checkout`, { headers: { cookie } })).status < 500
  } catch {
    return false
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    return status < 500
  } catch {
    return false
  }
}
