// Finds Redis, PostgreSQL, PgBouncer and Chromium for the tests; installs missing ones on Debian, or says how to.
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { failure, say, seconds } from './output.mjs'

/** @param {string | undefined} file */
function isExecutable(file) {
  if (!file) return false
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @param {string} name */
const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable)

/** Path of a `redis-server`, or undefined. */
export function findRedis() {
  return onPath('redis-server')
}

/** Folder that holds PostgreSQL's `initdb` and `postgres`, or undefined. Debian keeps it off the PATH. */
export function findPostgres() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const initdb = onPath('initdb')
  return [
    ...(initdb ? [dirname(realpathSync(initdb))] : []),
    ...versions.map((version) => join(debian, version, 'bin')),
  ].find((folder) => isExecutable(join(folder, 'initdb')) && isExecutable(join(folder, 'postgres')))
}

/** Path of a `pgbouncer`, or undefined. Debian keeps it where only root has a PATH to. */
export function findPgbouncer() {
  return onPath('pgbouncer') ?? ['/usr/sbin/pgbouncer'].find(isExecutable)
}

/** Path of a Chromium or Chrome, or undefined. `DOGEAR_TEST_CHROMIUM` wins. */
export function findChromium() {
  if (process.env.DOGEAR_TEST_CHROMIUM) return process.env.DOGEAR_TEST_CHROMIUM
  const named = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath).find(Boolean)
  if (named) return named
  const playwrights = () => createRequire(import.meta.url)('@playwright/test').chromium.executablePath()
  return [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    playwrights(),
  ].find(isExecutable)
}

/**
 * Path of Chromium's headless shell, which takes a third less processor time, has no cache of pages for Back, and is
 * otherwise the same; elsewhere than on Debian that of a whole browser. `DOGEAR_TEST_CHROMIUM` wins.
 */
export function findHeadlessChromium() {
  if (process.env.DOGEAR_TEST_CHROMIUM) return process.env.DOGEAR_TEST_CHROMIUM
  return onPath('chromium-headless-shell') ?? (onDebianAsRoot() ? undefined : findChromium())
}

/**
 * @typedef {object} Tool
 * @property {() => string | undefined} find
 * @property {string} env points the tests to one that is there
 * @property {string} title
 * @property {string[]} apt packages of Debian
 * @property {string} brew arguments of `brew install`
 * @property {string} otherwise the command on other systems
 */

/** @type {Record<string, Tool>} */
const tools = {
  redis: {
    find: () => process.env.DOGEAR_TEST_REDIS_URL ?? findRedis(),
    env: 'DOGEAR_TEST_REDIS_URL=redis://127.0.0.1:6379',
    title: 'redis-server (7 or newer)',
    apt: ['redis-server'],
    brew: 'redis',
    otherwise: 'sudo apt-get install -y redis-server',
  },
  postgres: {
    find: () => process.env.DOGEAR_TEST_POSTGRES_URL ?? findPostgres(),
    env: 'DOGEAR_TEST_POSTGRES_URL=postgres://user:password@127.0.0.1:5432/database',
    title: 'PostgreSQL (initdb and postgres)',
    apt: ['postgresql'],
    brew: 'postgresql@17',
    otherwise: 'sudo apt-get install -y postgresql',
  },
  pgbouncer: {
    find: () => process.env.DOGEAR_TEST_PGBOUNCER_URL ?? findPgbouncer(),
    env: 'DOGEAR_TEST_PGBOUNCER_URL=postgres://user:password@127.0.0.1:6432/database',
    title: 'PgBouncer',
    apt: ['pgbouncer'],
    brew: 'pgbouncer',
    otherwise: 'sudo apt-get install -y pgbouncer',
  },
  chromium: {
    find: findChromium,
    env: 'DOGEAR_TEST_CHROMIUM=/path/to/chromium',
    title: 'Chromium',
    apt: ['chromium', 'fonts-liberation'],
    brew: '--cask chromium',
    otherwise: 'npx playwright install --with-deps chromium',
  },
  headless: {
    find: findHeadlessChromium,
    env: 'DOGEAR_TEST_CHROMIUM=/path/to/chromium',
    title: 'the headless shell of Chromium',
    apt: ['chromium-headless-shell'],
    brew: '--cask chromium',
    otherwise: 'npx playwright install --with-deps chromium',
  },
  openssl: {
    find: () => onPath('openssl'),
    env: 'PATH=/folder/of/openssl:$PATH',
    title: 'OpenSSL',
    apt: ['openssl'],
    brew: 'openssl',
    otherwise: 'sudo apt-get install -y openssl',
  },
}

function onDebianAsRoot() {
  if (process.getuid?.() !== 0 || !onPath('apt-get') || !existsSync('/etc/os-release')) return false
  // Ubuntu's chromium package installs a snap, which does not run in a container.
  return /^ID=["']?debian["']?$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/** @param {string[]} packages */
function aptInstall(packages) {
  // Debian runs this script before it starts a newly installed service; 101 means no. We never replace an existing one.
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    for (const args of [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', ...packages],
    ]) {
      const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
      if (status !== 0) return false
    }
    return true
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

/**
 * Makes sure that the named tools are there. Installs them on Debian as root, else throws with the commands to run.
 *
 * @param {readonly string[]} names of `redis`, `postgres`, `pgbouncer`, `chromium`, `headless`
 */
export function ensureTools(names) {
  const missing = () => names.flatMap((name) => (tools[name] && !tools[name].find() ? [tools[name]] : []))
  const wanted = missing()
  if (wanted.length === 0) return
  const titles = wanted.map((tool) => tool.title).join(', ')

  if (onDebianAsRoot()) {
    const started = Date.now()
    say(`Installing ${titles} with apt-get …`)
    if (aptInstall(wanted.flatMap((tool) => tool.apt)) && missing().length === 0) {
      say(`Installed (${seconds(started)})`)
      return
    }
  }
  const commands =
    process.platform === 'darwin'
      ? wanted.map((tool) => `brew install ${tool.brew}`)
      : wanted.map((tool) => tool.otherwise)
  throw failure(
    [
      `The tests need ${titles}, which this machine does not have. Install it:`,
      ...commands.map((line) => `    ${line}`),
      'or point to what you have:',
      ...wanted.map((tool) => `    export ${tool.env}`),
      'and run npm test again.',
    ].join('\n'),
  )
}
