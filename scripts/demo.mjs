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

command(async () => {
  bootstrap()
  const { buildDemo } = await import('./demo-build.mjs')
  const { startPayments, startWeb, storeAnswers } = await import('./demo-app.mjs')
  const { portIsFree } = await import('./processes.mjs')

  const port = portFrom('PORT', 3000)
  const paymentsPort = portFrom('PAYMENTS_PORT', port + 1)
  const url = publicUrl(port)
  const folder = process.env.DOGEAR_DATA || '.dogear'
  const data = isAbsolute(folder) ? folder : join(root, folder)
  for (const [name, number] of [
    ['PORT', port],
    ['PAYMENTS_PORT', paymentsPort],
  ]) {
    if (!(await portIsFree(Number(number)))) {
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
  const env = { DEMO_URL: url }
  const settings = { port, paymentsPort, data, env, onLine: (/** @type {string} */ line) => console.log(line) }
  for (const [name, start] of /** @type {const} */ ([
    ['The payment stand-in', startPayments],
    ['The demo', startWeb],
  ])) {
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
  if (url !== `http://localhost:${port}`) say(`Links for other devices lead to ${url}`)
  say(`The demo is at ${bold(`http://localhost:${port}`)} — Ctrl-C stops it`)
})
