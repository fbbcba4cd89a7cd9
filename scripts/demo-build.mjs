// Builds the demo for production, unless the build that is there was made from exactly these sources.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'
import { failure, say, seconds } from './output.mjs'
import { leash } from './processes.mjs'

export const demoFolder = join(root, 'apps', 'demo')

/** Next's command line, to be run with `node`: then the process we start is the server itself. */
export const nextBin = () => createRequire(join(demoFolder, 'package.json')).resolve('next/dist/bin/next')

const sources = [
  'apps/demo',
  'packages/dogear/src',
  'packages/dogear/package.json',
  'tsconfig.base.json',
  'pnpm-lock.yaml',
]
const irrelevant =
  /(^|\/)(node_modules|\.next[^/]*|dogear\.lock|next-env\.d\.ts|[^/]*\.tsbuildinfo|[^/]*\.(test|test-d|fixture)\.tsx?)$/

/**
 * Every file below `path` that the build may read, sorted.
 *
 * @param {string} path relative to the root
 * @returns {string[]}
 */
function filesOf(path) {
  if (irrelevant.test(path)) return []
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`))
}

function fingerprint() {
  const hash = createHash('sha256').update(process.version)
  for (const file of sources.flatMap(filesOf)) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/**
 * The builds of the demo there can be, by their folder: that of today, and the one whose checkout is still of version 1.
 * A server serves the one its environment names.
 */
const builds = {
  today: { folder: '.next', env: { CHECKOUT_VERSION: undefined } },
  'checkout-1': { folder: '.next-checkout-1', env: { CHECKOUT_VERSION: '1' } },
}

/** @typedef {keyof typeof builds} BuildName */

/** What a server needs in its environment to serve a build. @param {BuildName} name */
export const buildEnv = (name) => builds[name].env

/** Where a build is. @param {BuildName} name */
export const buildFolder = (name) => join(demoFolder, builds[name].folder)

/** Makes sure there is a production build of the sources as they are. @param {BuildName} [name] */
export async function buildDemo(name = 'today') {
  const folder = buildFolder(name)
  const stamp = join(folder, 'built-from')
  const wanted = fingerprint()
  const current = existsSync(stamp) && existsSync(join(folder, 'BUILD_ID')) && readFileSync(stamp, 'utf8')
  if (current === wanted) return

  const what = name === 'today' ? 'The demo' : `The demo with ${name}`
  say(`Building ${what[0]?.toLowerCase()}${what.slice(1)} …`)
  const started = Date.now()
  rmSync(stamp, { force: true })
  const env = {
    ...process.env,
    NODE_ENV: /** @type {const} */ ('production'),
    NEXT_TELEMETRY_DISABLED: '1',
    ...buildEnv(name),
  }
  const build = await leash(process.execPath, [nextBin(), 'build'], { cwd: demoFolder, env })
  const { code } = await build.exited
  if (code !== 0) throw failure(`${what} does not build:\n${build.lastLines()}`)
  writeFileSync(stamp, wanted)
  say(`${what} is built (${seconds(started)})`)
}
