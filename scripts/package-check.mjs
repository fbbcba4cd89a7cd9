// Packs the package, then judges the tarball as its users will: files, manifest, types, size, imports.
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { root } from './bootstrap.mjs'
import { command, failure, say } from './output.mjs'

const source = join(root, 'packages', 'dogear')
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
  say(`${name} ${status === 0 ? '✓' : '✗'}`)
  if (status === 0) return []
  console.error(`${stdout}${stderr}`)
  return [name]
}

/**
 * Unpacks the tarball as npm would, beside the packages its manifest declares and their types. Returns its entry
 * points.
 *
 * @param {string} tarball
 * @param {string} folder
 */
function install(tarball, folder) {
  const target = join(folder, 'node_modules', 'dogear')
  mkdirSync(target, { recursive: true })
  if (spawnSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]).status !== 0)
    throw failure('The tarball could not be unpacked.')
  const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'))
  const link = (/** @type {string} */ name, /** @type {string} */ from) => {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(realpathSync(join(from, 'node_modules', name)), join(folder, 'node_modules', name), 'junction')
  }
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) link(name, source)
  link('@types', root)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return Object.keys(manifest.exports).map((entry) => entry.replace(/^\./, 'dogear'))
}

/**
 * Finds what is missing in the tarball, or has no business there.
 *
 * @param {string} folder
 */
function filesIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  const missing = ['LICENSE', 'README.md', 'package.json', 'docs/llms.txt', 'docs/errors/stale_step.md'].filter(
    (name) => !files.includes(name),
  )
  const known = /^(LICENSE|README\.md|package\.json|docs\/.+\.(md|svg|txt)|dist\/.+\.(js|d\.ts))$/
  const strange = files.filter((name) => !known.test(name) || /\.(test|test-d|fixture)\./.test(name))
  const wrong = [...missing.map((name) => `${name} is missing`), ...strange.map((name) => `${name} is packed`)]
  say(`the ${files.length} packed files ${wrong.length === 0 ? '✓' : '✗'}`)
  if (wrong.length > 0) console.error(wrong.join('\n'))
  return wrong.length > 0 ? ['packed files'] : []
}

/**
 * Compiles a project that imports every entry. Only errors in our own declarations count.
 *
 * @param {readonly string[]} entries
 * @param {string} folder
 */
function typesOf(entries, folder) {
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}'\nvoid entry${index}`)
  writeFileSync(join(folder, 'all.ts'), imports.join('\n'))
  const options = {
    module: 'NodeNext',
    target: 'ES2023',
    jsx: 'react-jsx',
    strict: 'true',
    noEmit: 'true',
    pretty: 'false',
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const { stdout, status } = spawnSync(bin('tsc'), [...args, '--types', 'node', 'all.ts'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const ours = stdout.split('\n').filter((line) => /^(all\.ts|node_modules\/dogear\/|error)/.test(line))
  const failed = status === null || ours.length > 0
  say(`types of every entry point in a NodeNext project ${failed ? '✗' : '✓'}`)
  if (failed) console.error(ours.join('\n'))
  return failed ? ['types of every entry point'] : []
}

command(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dogear-package-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const pack = ['-y', packageManager, 'pack', '--pack-destination', folder]
  if (check('build', process.execPath, ['build.mjs'], source).length > 0) throw failure('The package does not build.')
  if (check('pack', 'npx', pack, source).length > 0) throw failure('The package cannot be packed.')
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (!tarball) throw failure('Packing wrote no tarball.')
  const entries = install(join(folder, tarball), folder)

  const failed = [
    ...filesIn(join(folder, 'node_modules', 'dogear')),
    ...check('publint', bin('publint'), ['run', join(folder, tarball), '--strict']),
    ...check('are the types wrong?', bin('attw'), [join(folder, tarball), '--profile', 'esm-only', '--no-emoji']),
    ...check('size', bin('size-limit'), []),
    ...entries.flatMap((entry) =>
      check(
        `import '${entry}'`,
        process.execPath,
        ['--input-type=module', '--eval', `await import('${entry}')`],
        folder,
      ),
    ),
    ...typesOf(entries, folder),
  ]
  if (failed.length > 0) throw failure(`The packed package fails: ${failed.join('; ')}.`)
})
