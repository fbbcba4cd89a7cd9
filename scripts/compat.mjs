// `npm run compat`: the packed types under every TypeScript from 5.6 on, and the unit tests under later versions of
// Node. Compilers and runtimes come from npm. `--only=typescript@5.6,node@22` runs some of it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { bootstrap, cache, root } from './bootstrap.mjs'
import { errorsIn, followDocument, importEverything, importServers } from './consumer.mjs'
import { bold, command, failure, say, seconds } from './output.mjs'
import { entriesOf, install } from './pack.mjs'
import { packed } from './packed.mjs'

const TYPESCRIPTS = ['5.6', '5.7', '5.8', '5.9', '6', '7']
const NODES = ['22', '24']

/** Node's program without a script that runs at installation. */
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/**
 * Installs the newest version of a range, beside every other one. Returns the folder of the package.
 *
 * @param {string} name
 * @param {string} range
 */
function fetched(name, range) {
  const folder = join(cache, 'compat', `${name}-${range}`)
  mkdirSync(folder, { recursive: true })
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${range}`]
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) throw failure(`${name}@${range} could not be installed:\n${stderr}`)
  return join(folder, 'node_modules', name)
}

/**
 * The errors in the packed types, by version of TypeScript.
 *
 * @param {readonly string[]} versions
 */
function checkTypes(versions) {
  if (versions.length === 0) return []
  const folder = mkdtempSync(join(tmpdir(), 'dogear-compat-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const source = join(root, 'packages', 'dogear')
  const entries = entriesOf(install(packed(source), source, folder))
  const projects = [
    importEverything(folder, entries),
    importServers(folder, entries),
    followDocument(folder, 'README.md'),
  ]
  return versions.flatMap((version) => {
    const tsc = join(fetched('typescript', version), 'bin', 'tsc')
    const errors = projects.flatMap((project) => errorsIn(tsc, project))
    say(`the packed types with TypeScript ${version} ${errors.length === 0 ? '✓' : '✗'}`)
    if (errors.length > 0) console.error(errors.join('\n'))
    return errors.length === 0 ? [] : [`typescript@${version}`]
  })
}

/**
 * Runs every unit test under one version of Node, their child processes too. Returns what failed.
 *
 * @param {string} version
 */
async function runUnit(version) {
  const { leash } = await import('./processes.mjs')
  const { NODE_ENV: _, ...inherited } = process.env
  const node = join(fetched(nodePackage, version), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const env = { ...inherited, PATH: `${dirname(node)}${delimiter}${inherited.PATH}` }
  console.log(`\n${bold(`unit tests with Node ${version}`)}`)
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { exited } = await leash(node, [vitest, 'run', '--allowOnly=false'], { cwd: root, env, inherit: true })
  return (await exited).code === 0 ? [] : [`node@${version}`]
}

command(async () => {
  bootstrap()
  const all = [...TYPESCRIPTS.map((version) => `typescript@${version}`), ...NODES.map((version) => `node@${version}`)]
  const only = process.argv.flatMap((argument) => /^--only=(.+)$/.exec(argument)?.[1]?.split(',') ?? [])
  const unknown = only.find((one) => !all.includes(one))
  if (unknown) throw failure(`There is no "${unknown}": use npm run compat -- --only= with ${all.join(', ')}.`)
  const wanted = only.length > 0 ? only : all
  const versionsOf = (/** @type {string} */ name) =>
    wanted.flatMap((one) => (one.startsWith(`${name}@`) ? [one.slice(name.length + 1)] : []))

  const failed = checkTypes(versionsOf('typescript'))
  const { ensureTools } = await import('./tools.mjs')
  if (versionsOf('node').length > 0) ensureTools(['redis', 'postgres', 'pgbouncer'])
  for (const version of versionsOf('node')) failed.push(...(await runUnit(version)))
  if (failed.length > 0) throw failure(`Dogear does not work with ${failed.join(', ')}.`)
  say(`Dogear works with ${wanted.join(', ')} (${seconds()})`)
})
