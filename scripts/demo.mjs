// `npm run demo`: installs, builds and serves the demo on this machine until it is told to stop.
import { isAbsolute, join } from 'node:path'
import { bootstrap, root } from './bootstrap.mjs'
import { bold, command, failure, say } from './output.mjs'
import { onStop } from './stopping.mjs'

/** @param {string} name @param {number} fallback */
function portFrom(name, fallback) {
  const value = process.env[name]
  const port = value ? Number(value) : fallback
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw failure(`${name} must be a port number, and it is "${value}".`)
}

/**
 * The origin of links for other devices: this machine, or the address at which others reach it.
 *
 * @param {number} port
 */
function publicUrl(port) {
  const url = process.env.DEMO_URL || `http://localhost:${port}`
  if (URL.canParse(url) && new URL(url).origin === url) return url
  throw failure(`DEMO_URL must be an origin such as https://shop.example, and it is "${url}".`)
}

/**
 * The port of the model's stand-in; undefined if `ASSISTANT_URL` names another model, which is asked instead.
 *
 * @param {number} fallback
 */
function assistantPortFrom(fallback) {
  const url = process.env.ASSISTANT_URL
  if (!url) return portFrom('ASSISTANT_PORT', fallback)
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return undefined
  throw failure(`ASSISTANT_URL must be an address such as https://model.example/v1, and it is "${url}".`)
}

/** The model that is asked, in words. @param {number | undefined} port that of its stand-in */
const modelAt = (port) =>
  port === undefined
    ? `the model at ${new URL(process.env.ASSISTANT_URL ?? '').host}`
    : `the stand-in of a model on http://localhost:${port}`

/** Slow enough that people see it write. */
const DEMO_MODEL = 'extract-1:slow=20'

command(async () => {
  bootstrap()
  const { buildDemo } = await import('./demo-build.mjs')
  const { startAssistant, startPayments, startWeb, storeAnswers } = await import('./demo-app.mjs')
  const { portIsFree } = await import('./processes.mjs')

  const port = portFrom('PORT', 3000)
  const paymentsPort = portFrom('PAYMENTS_PORT', port + 1)
  const assistantPort = assistantPortFrom(port + 2)
  const url = publicUrl(port)
  const folder = process.env.DOGEAR_DATA || '.dogear'
  const data = isAbsolute(folder) ? folder : join(root, folder)
  for (const [name, number] of [
    ['PORT', port],
    ['PAYMENTS_PORT', paymentsPort],
    ['ASSISTANT_PORT', assistantPort],
  ]) {
    if (number !== undefined && !(await portIsFree(Number(number)))) {
      throw failure(`Port ${number} is in use: stop what listens there, or choose another with ${name}=… npm run demo.`)
    }
  }

  /** @type {import('./processes.mjs').Leashed[]} */
  const running = []
  let stopping = false
  const stop = async (/** @type {number} */ code) => {
    if (stopping) return
    stopping = true
    await Promise.all(running.map((child) => child.stop()))
    process.exit(code)
  }
  onStop(() => stop(0))

  await buildDemo()
  const model = assistantPort === undefined ? {} : { ASSISTANT_MODEL: process.env.ASSISTANT_MODEL || DEMO_MODEL }
  const settings = {
    port,
    paymentsPort,
    ...(assistantPort !== undefined && { assistantPort }),
    data,
    env: { DEMO_URL: url, ...model },
    onLine: (/** @type {string} */ line) => console.log(line),
  }
  /** @type {[name: string, start: typeof startWeb][]} */
  const processes = [
    ['The payment stand-in', startPayments],
    ['The demo', startWeb],
  ]
  if (assistantPort !== undefined) processes.unshift(['The stand-in of the model', startAssistant])
  for (const [name, start] of processes) {
    if (stopping) return
    const child = await start(settings)
    running.push(child)
    child.exited.then(() => {
      if (stopping) return
      console.error(
        `${name} ended by itself (its last lines are above), so everything is stopped; run npm run demo again.`,
      )
      stop(1)
    })
  }
  const store = process.env.REDIS_URL ? 'Redis' : process.env.DATABASE_URL ? 'Postgres' : 'an embedded Postgres'
  if (!(await storeAnswers(port))) {
    const variable = process.env.REDIS_URL ? 'REDIS_URL' : 'DATABASE_URL'
    say(`${bold('The store does not answer')}: check ${variable}; until it does, checkouts cannot go on.`)
  }
  say(`Sessions are kept in ${store}; data folder ${data}; payment stand-in on http://localhost:${paymentsPort}`)
  say(`Questions go to ${modelAt(assistantPort)}`)
  if (url !== `http://localhost:${port}`) say(`Links for other devices lead to ${url}`)
  say(`The demo is at ${bold(`http://localhost:${port}`)} — Ctrl-C stops it`)
})
