// Prepares a checkout for both commands with nothing but Node: checks its version, installs the locked packages.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { failure, say, seconds } from './output.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The folder of everything that the commands can make again: stamps, reports, an empty database. */
export const cache = join(root, 'node_modules', '.cache', 'dogear')

const MINIMUM = { major: 20, minor: 19 }

/** Throws unless this Node can run the workspace. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > MINIMUM.major || (major === MINIMUM.major && minor >= MINIMUM.minor)) return
  const wanted = `Node ${MINIMUM.major}.${MINIMUM.minor} or newer`
  throw failure(
    `This needs ${wanted}, and this is Node ${version}: ` +
      'install one from https://nodejs.org and run the command again.',
  )
}

/** Folders of the workspace's packages, relative to the root; the root itself is ''. */
function workspaceFolders() {
  const members = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  )
  return ['', 'bench', ...members.filter((folder) => existsSync(join(root, folder, 'package.json')))]
}

/** One hash over everything that decides what `node_modules` should hold. */
function wantedPackages() {
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...workspaceFolders().map((folder) => join(folder, 'package.json')),
  ]
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}`)
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Installs the packages of the lockfile with the pinned pnpm; does nothing when they are there already. */
export function installPackages() {
  const stamp = join(cache, 'installed')
  const wanted = wantedPackages()
  const complete = workspaceFolders().every((folder) => existsSync(join(root, folder, 'node_modules')))
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return

  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  say(`Installing packages with ${packageManager} …`)
  const started = Date.now()
  // NODE_ENV=production would skip packages that builds and tests need. A purge must not stop to ask a question.
  const { NODE_ENV: _, ...env } = process.env
  const flags = [
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=append-only',
    '--config.confirmModulesPurge=false',
  ]
  const windows = process.platform === 'win32'
  const result = spawnSync(windows ? 'npx.cmd' : 'npx', ['-y', packageManager, ...flags], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  })
  if (result.signal === 'SIGINT' || result.signal === 'SIGTERM') process.exit(130)
  if (result.error) throw failure('npx was not found: install npm, which comes with Node, and run the command again.')
  if (result.status !== 0) {
    throw failure(
      'The packages could not be installed (the reason is above): ' +
        'check that the npm registry can be reached, then run the command again.',
    )
  }
  mkdirSync(cache, { recursive: true })
  writeFileSync(stamp, wanted)
  say(`Packages are installed (${seconds(started)})`)
}

/** Makes this checkout ready to run anything. */
export function bootstrap() {
  checkNode()
  installPackages()
}
