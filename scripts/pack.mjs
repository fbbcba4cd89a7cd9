// Packs a package of the workspace as it would be published, and unpacks it as npm would install it.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root } from './bootstrap.mjs'
import { failure } from './output.mjs'

/** @param {string} folder */
export const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** The folders of the packages that are published: those of `packages` that do not say `private`. */
export function published() {
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  return folders.filter((folder) => existsSync(join(folder, 'package.json')) && !manifestOf(folder).private)
}

/**
 * @param {string} what
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 */
function run(what, program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw failure(`${what} failed: ${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

/**
 * Builds a package, if its manifest has a script for that, and packs it. Returns the path of the tarball.
 *
 * @param {string} folder of the package
 * @param {string} into folder for the tarball; must exist
 */
export function pack(folder, into) {
  const { name } = manifestOf(folder)
  run(`Building ${name}`, 'npm', ['run', 'build', '--if-present'], folder)
  return packBuilt(folder, into)
}

/**
 * As `pack`, but nothing is written into the package, so that others may build it meanwhile.
 *
 * @param {string} folder of the package
 * @param {string} into folder for the tarball and the copy; must exist
 */
export function packCopy(folder, into) {
  const copy = join(into, 'package')
  const { name, files, scripts } = manifestOf(folder)
  for (const file of ['package.json', 'README.md', ...files])
    if (!builtFiles.test(file) && existsSync(join(folder, file)))
      cpSync(join(folder, file), join(copy, file), { recursive: true })
  // Versions of the workspace are read off what is installed.
  symlinkSync(join(folder, 'node_modules'), join(copy, 'node_modules'), 'junction')
  if (scripts?.build) run(`Building ${name}`, 'npm', ['run', 'build', '--', copy], folder)
  return packBuilt(copy, into)
}

/** Names that installing and building makes in the folder of a package. */
export const builtFiles = /^(node_modules|dist|docs|LICENSE)$/

/** @type {(folder: string, into: string) => string} */
function packBuilt(folder, into) {
  const { packageManager } = manifestOf(root)
  const args = ['-y', packageManager, 'pack', '--json', '--pack-destination', into]
  const { filename } = JSON.parse(run(`Packing ${manifestOf(folder).name}`, 'npx', args, folder))
  return resolve(into, filename)
}

/**
 * Unpacks a tarball into `node_modules` of `folder`, beside the packages its manifest declares and their types. They
 * are linked from where the package is developed. Returns the folder of the unpacked package.
 *
 * @param {string} tarball
 * @param {string} source the folder the package was packed from
 * @param {string} folder
 */
export function install(tarball, source, folder) {
  const { name } = manifestOf(source)
  const target = join(folder, 'node_modules', name)
  mkdirSync(target, { recursive: true })
  run(`Unpacking ${name}`, 'tar', ['-xzf', tarball, '--strip-components=1', '-C', target], folder)
  const { dependencies, peerDependencies } = manifestOf(target)
  const link = (/** @type {string} */ name, /** @type {string} */ from) => {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(realpathSync(join(from, 'node_modules', name)), join(folder, 'node_modules', name), 'junction')
  }
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) link(name, source)
  link('@types', root)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return target
}

/**
 * The entries of an unpacked package, by the names that its users write: `dogear`, `dogear/redis`.
 *
 * @param {string} folder
 */
export function entriesOf(folder) {
  const { name, exports = {} } = manifestOf(folder)
  return Object.keys(exports).map((entry) => entry.replace(/^\./, name))
}
