// Packs every package, then judges each tarball as its users will: files, manifest, types, size, imports.
// `--keep=<folder>` leaves the tarballs there, to be published: what was judged is what people get.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { root } from './bootstrap.mjs'
import { errorsIn, importEverything, ownTsc } from './consumer.mjs'
import { command, failure, say } from './output.mjs'
import { entriesOf, install, manifestOf, published } from './pack.mjs'
import { packAndShare } from './packed.mjs'

const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name)

/**
 * Runs one check and returns its name if it failed. Only then its output is printed.
 *
 * @param {string} name
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function check(name, program, args, cwd = root) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  return verdict(name, status === 0 ? [] : [`${stdout}${stderr}`])
}

/**
 * Tells of one check, and returns its name if anything is wrong.
 *
 * @param {string} name
 * @param {readonly string[]} wrong
 */
function verdict(name, wrong) {
  say(`${name} ${wrong.length === 0 ? '✓' : '✗'}`)
  if (wrong.length === 0) return []
  console.error(wrong.join('\n'))
  return [name]
}

/**
 * Finds what is missing in the tarball, or has no business there: everything beside what the manifest lists in `files`.
 *
 * @param {string} folder
 */
function filesIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  const missing = ['LICENSE', 'README.md', 'package.json'].filter((name) => !files.includes(name))
  const known =
    /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|docs\/.+\.(md|svg|txt)|dist\/.+\.(js|d\.ts)|templates\/.+)$/
  const strange = files.filter((name) => !known.test(name) || /^dist\/.+\.(test|test-d|fixture)\./.test(name))
  const wrong = [...missing.map((name) => `${name} is missing`), ...strange.map((name) => `${name} is packed`)]
  return verdict(`the ${files.length} packed files`, wrong)
}

/**
 * A release is signed as built from the repository that its manifest names, and npm compares the two.
 *
 * @param {{ name: string, repository?: unknown }} manifest
 */
const origin = ({ name, repository }) =>
  verdict('repository', repository ? [] : [`The manifest of ${name} has to say where its repository is.`])

/**
 * Checks one package; `install` unpacks it into a folder of its own.
 *
 * @param {string} source folder of the package
 * @param {string} tarball
 * @param {string} folder
 */
function checkPackage(source, tarball, folder) {
  const unpacked = install(tarball, source, folder)
  const { bin: commands = {} } = manifestOf(unpacked)
  return [
    ...filesIn(unpacked),
    ...check('publint', bin('publint'), ['run', tarball, '--strict']),
    ...Object.entries(commands).flatMap(([name, file]) =>
      check(`${name} --help`, process.execPath, [join(unpacked, file), '--help'], folder),
    ),
    ...checkEntries(entriesOf(unpacked), tarball, folder),
  ]
}

/**
 * Checks what people import from a package, unless it has nothing but commands.
 *
 * @param {readonly string[]} entries
 * @param {string} tarball
 * @param {string} folder in which the package is found
 */
function checkEntries(entries, tarball, folder) {
  if (entries.length === 0) return []
  return [
    ...check('are the types wrong?', bin('attw'), [tarball, '--profile', 'esm-only', '--no-emoji']),
    ...entries.flatMap((entry) => {
      const code = ['--input-type=module', '--eval', `await import('${entry}')`]
      return check(`import '${entry}'`, process.execPath, code, folder)
    }),
    ...verdict('types of every entry point', errorsIn(ownTsc(), importEverything(folder, entries))),
  ]
}

command(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dogear-package-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const keep = process.argv.map((argument) => /^--keep=(.+)$/.exec(argument)?.[1]).find(Boolean)
  const tarballs = resolve(keep ?? join(folder, 'tarballs'))
  mkdirSync(tarballs, { recursive: true })

  const failed = published().flatMap((source) => {
    const { name } = manifestOf(source)
    const tarball = packAndShare(source, tarballs)
    say(`${name} is packed`)
    const failed = [...checkPackage(source, tarball, join(folder, name)), ...(keep ? origin(manifestOf(source)) : [])]
    return failed.map((what) => `${name}: ${what}`)
  })
  failed.push(...check('size', bin('size-limit'), []))
  if (failed.length > 0) throw failure(`What would be published fails: ${failed.join('; ')}.`)
})
