// Compiles projects that use an unpacked package, as strictly as TypeScript can, declarations of packages included.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './bootstrap.mjs'

const strict = {
  target: 'ES2022',
  jsx: 'react-jsx',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
}

/** TypeScript's command line as this workspace has it, to be run with `node`. */
export const ownTsc = () =>
  join(dirname(createRequire(join(root, 'package.json')).resolve('typescript/package.json')), 'bin', 'tsc')

const ofBrowsers = /\/(client|react|next)$/

/**
 * Writes a project that imports every entry as Node would. Returns its folder.
 *
 * @param {string} folder in which packages are found
 * @param {readonly string[]} entries
 */
export const importEverything = (folder, entries) => importEntries(join(folder, 'every-entry'), entries, {})

/**
 * Writes a project of a server, which has no types of browsers. Returns its folder.
 *
 * @param {string} folder in which packages are found
 * @param {readonly string[]} entries
 */
export function importServers(folder, entries) {
  const ofServers = entries.filter((entry) => !ofBrowsers.test(entry))
  return importEntries(join(folder, 'servers'), ofServers, { lib: ['ES2022'] })
}

/**
 * @param {string} folder
 * @param {readonly string[]} entries
 * @param {object} options
 */
function importEntries(folder, entries, options) {
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}'\nvoid entry${index}\n`)
  return writeProject(folder, { module: 'NodeNext', ...options }, { 'all.ts': imports.join('') })
}

/**
 * Writes a project of the code blocks of a document, as a bundler would find its packages. Returns its folder.
 *
 * @param {string} folder in which packages are found
 * @param {string} document path from the root
 */
export function followDocument(folder, document) {
  const text = readFileSync(join(root, document), 'utf8')
  const blocks = [...text.matchAll(/^```tsx? file=(\S+)\n([\s\S]*?)^```$/gm)]
  const files = Object.fromEntries(blocks.map(([, name = '', code = '']) => [name, code]))
  const options = { module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM', 'DOM.Iterable'] }
  symlinkSync(realpathSync(join(root, 'node_modules', 'zod')), join(folder, 'node_modules', 'zod'), 'junction')
  return writeProject(join(folder, 'document'), options, files)
}

/**
 * @param {string} folder
 * @param {object} options
 * @param {Record<string, string>} files
 */
function writeProject(folder, options, files) {
  for (const [name, code] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), code)
  }
  const config = { compilerOptions: { ...strict, ...options }, files: Object.keys(files) }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return folder
}

/**
 * The errors in a project and in the declarations of the package. Those of packages it links to do not count: nothing
 * in the package could mend them.
 *
 * @param {string} tsc to be run with `node`
 * @param {string} project folder
 */
export function errorsIn(tsc, project) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: project,
    encoding: 'utf8',
  })
  if (status === null) return [stderr]
  const lines = stdout.split('\n').filter((line) => /^\S/.test(line))
  return lines.filter((line) => !line.startsWith('../') || line.startsWith('../node_modules/'))
}
