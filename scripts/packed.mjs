// Tarballs of the packages as their sources are now, packed once for all that need them.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { basename, join, relative } from 'node:path'
import { cache, root } from './bootstrap.mjs'
import { builtFiles, manifestOf, pack, packCopy } from './pack.mjs'

const shared = join(cache, 'packed')
const dayMs = 24 * 60 * 60 * 1000

/**
 * The tarball of a package, packed if nobody has packed these sources before. Nothing is written into the package.
 *
 * @param {string} folder of the package
 * @returns {string} path of the tarball, which others read as well
 */
export function packed(folder) {
  const print = fingerprint(folder)
  const place = join(shared, print)
  const [file] = existsSync(place) ? readdirSync(place) : []
  if (file) {
    // In use: not one of those that are too old to be kept.
    utimesSync(place, new Date(), new Date())
    return join(place, file)
  }
  mkdirSync(shared, { recursive: true })
  const work = mkdtempSync(join(shared, 'work-'))
  try {
    return share(packCopy(folder, work), print)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * Packs a package in its own folder, as `pack` does, and shares the tarball with all who call `packed` later.
 *
 * @param {string} folder of the package
 * @param {string} into folder for the tarball; must exist
 */
export function packAndShare(folder, into) {
  const print = fingerprint(folder)
  const tarball = pack(folder, into)
  // Sources that changed meanwhile are in no tarball for certain.
  if (fingerprint(folder) === print) share(tarball, print)
  return tarball
}

/**
 * Two may share at once: the folder appears with its tarball in it, and the first one stays.
 *
 * @param {string} tarball
 * @param {string} print
 */
function share(tarball, print) {
  mkdirSync(shared, { recursive: true })
  for (const name of readdirSync(shared)) {
    const path = join(shared, name)
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {}
    if (mtimeMs && Date.now() - mtimeMs > dayMs) rmSync(path, { recursive: true, force: true })
  }
  const part = mkdtempSync(join(shared, 'part-'))
  const place = join(shared, print)
  copyFileSync(tarball, join(part, basename(tarball)))
  try {
    renameSync(part, place)
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    if (!existsSync(place)) throw error
  }
  return join(place, basename(tarball))
}

const untold = /^(?!templates).*\.(test|test-d|fixture)\.tsx?$/
/** Files and folders beside a package that decide what is packed. */
const around = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'LICENSE',
  'docs',
  'tsconfig.base.json',
  'pnpm-lock.yaml',
]

/**
 * One hash over everything that decides what is in the tarball of a package.
 *
 * @param {string} folder
 */
function fingerprint(folder) {
  const hash = createHash('sha256').update(process.version).update(manifestOf(root).packageManager)
  const own = readdirSync(folder).filter((name) => !builtFiles.test(name) && !name.startsWith('.'))
  const places = [...own.map((name) => join(folder, name)), ...around.map((name) => join(root, name))]
  const files = [...places.flatMap(filesBelow), join(root, 'scripts/pack.mjs')]
  for (const file of files.filter((file) => !untold.test(relative(folder, file).replaceAll('\\', '/'))))
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

/** @type {(path: string) => string[]} */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path]
  const names = readdirSync(path).sort()
  return names.flatMap((name) => filesBelow(join(path, name)))
}
