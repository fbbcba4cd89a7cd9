// Builds the demo for production, unless the build that is there was made from exactly these sources.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'
import { demoFolder, earlierFolder, filesOfApp, layEarlier } from './demo-earlier.mjs'
import { failure, say, seconds } from './output.mjs'
import { leash } from './processes.mjs'

/** Next's command line, to be run with `node`: then the process we start is the server itself. */
export const nextBin = () => createRequire(join(demoFolder, 'package.json')).resolve('next/dist/bin/next')

/**
 * The builds of the demo: today's, and an earlier one whose checkout is of version 1. `folder` is the app that is built
 * and served, `sources` are the folders and files that the build reads, relative to the root.
 */
const shared = ['packages/dogear/src', 'packages/dogear/package.json', 'tsconfig.base.json', 'pnpm-lock.yaml']
const builds = {
  today: { folder: demoFolder, sources: ['apps/demo', ...shared] },
  earlier: { folder: earlierFolder, sources: ['apps/demo', 'e2e/earlier', ...shared] },
}

/** For a demo on this machine; a real app keeps a random one among its secrets. */
const actionKey = createHash('sha256').update(root).digest('base64')

/** @typedef {keyof typeof builds} BuildName */

/** The app a server of this build is started in. @param {BuildName} name */
export const appFolder = (name) => builds[name].folder

/** Where a build is. @param {BuildName} name */
export const buildFolder = (name) => join(appFolder(name), '.next')

/** @param {BuildName} name */
function fingerprint(name) {
  const hash = createHash('sha256').update(process.version)
  const files = builds[name].sources.flatMap((source) =>
    /\.\w+$/.test(source) ? [source] : filesOfApp(join(root, source)).map((file) => `${source}/${file}`),
  )
  for (const file of files) {
    // Lock files are for the command line, not for the app.
    if (!file.includes('/dogear.lock/')) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** Makes sure there is a production build of the sources as they are. @param {BuildName} [name] */
export async function buildDemo(name = 'today') {
  const folder = buildFolder(name)
  const stamp = join(folder, 'built-from')
  const wanted = fingerprint(name)
  const current = existsSync(stamp) && existsSync(join(folder, 'BUILD_ID')) && readFileSync(stamp, 'utf8')
  if (current === wanted) return

  const what = name === 'today' ? 'The demo' : 'The demo with version 1 of its checkout'
  say(`Building ${what[0]?.toLowerCase()}${what.slice(1)} …`)
  const started = Date.now()
  rmSync(stamp, { force: true })
  if (name === 'earlier') layEarlier()
  const env = {
    ...process.env,
    NODE_ENV: /** @type {const} */ ('production'),
    NEXT_TELEMETRY_DISABLED: '1',
    // The same for every build, so that a page from before a deploy still finds the actions that have not changed.
    NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ?? actionKey,
  }
  const build = await leash(process.execPath, [nextBin(), 'build'], { cwd: appFolder(name), env })
  const { code } = await build.exited
  if (code !== 0) throw failure(`${what} does not build:\n${build.lastLines()}`)
  writeFileSync(stamp, wanted)
  say(`${what} is built (${seconds(started)})`)
}
