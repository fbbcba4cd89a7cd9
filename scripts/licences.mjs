// Writes docs/licences.md: the licence of every package that the library or the demo runs with. `--check` compares.
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './bootstrap.mjs'
import { command, failure, say } from './output.mjs'

const page = join(root, 'docs', 'licences.md')
/** Licences that allow use in closed and in open programs; another one has to be looked at first. */
const allowed = new Set([
  '0BSD',
  'AFL-2.1',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'Unlicense',
])

/** @typedef {{ name: string, version: string, licence: string }} Package */

/** The folder in which `name` is found by code in `from`. @param {string} from @param {string} name */
function folderOf(from, name) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return realpathSync(folder)
    if (at === dirname(at)) return undefined
  }
}

/**
 * The packages that the one in `folder` runs with. Those for other platforms are not installed, and not told apart
 * from one machine to the next, so optional ones are left out.
 *
 * @param {string} folder @param {Map<string, Package>} found
 */
function collect(folder, found) {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  for (const name of Object.keys(dependencies)) {
    if (name in optionalDependencies || name === 'dogear') continue
    const below = folderOf(folder, name)
    if (!below) throw failure(`${name} is not installed: run npm test once.`)
    const { version, license, licenses } = JSON.parse(readFileSync(join(below, 'package.json'), 'utf8'))
    const licence =
      license?.type ?? license ?? licenses?.map((/** @type {any} */ one) => one.type).join(' OR ') ?? 'none'
    const key = `${name}@${version}`
    if (found.has(key)) continue
    found.set(key, { name, version, licence })
    collect(below, found)
  }
}

/** Every package that the library or the demo runs with, by name. @returns {Package[]} */
export function installed() {
  /** @type {Map<string, Package>} */
  const found = new Map()
  for (const folder of ['packages/dogear', 'apps/demo']) collect(join(root, folder), found)
  return [...found.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}

/** The packages whose licence is not one of those that anybody may use. @param {readonly Package[]} packages */
export const unusual = (packages) =>
  packages.filter(
    ({ licence }) =>
      !licence
        .replace(/[()]/g, '')
        .split(/ OR | AND /)
        .every((one) => allowed.has(one)),
  )

/** The page. @param {readonly Package[]} packages */
export function pageOf(packages) {
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`)
  return `${[
    '# Licences',
    '',
    'The packages that the library and the demo run with, without those for one platform only. Made by',
    '`node scripts/licences.mjs` from what is installed.',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...rows,
  ].join('\n')}\n`
}

if (process.argv[1] === import.meta.filename)
  command(async () => {
    const text = pageOf(installed())
    if (process.argv.includes('--check')) {
      if (readFileSync(page, 'utf8') !== text) throw failure('docs/licences.md is old: run node scripts/licences.mjs')
    } else writeFileSync(page, text)
    say('docs/licences.md lists every package')
  })
