// `npm run mutants`: changes the source one place at a time, then prints what no test noticed with each folder's score.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap, cache, root } from './bootstrap.mjs'
import { bold, command, failure, say, seconds } from './output.mjs'
import { onStop } from './stopping.mjs'

const folders = ['turn', 'engine', 'codec']
const source = 'packages/dogear/src'
const results = (/** @type {string} */ folder) => join(cache, `mutants-${folder}.json`)

/** @typedef {{ start: { line: number, column: number } }} Location */
/** @typedef {{ status: string, mutatorName: string, replacement?: string, location: Location }} Mutant */
/** @typedef {{ path: string, mutants: Mutant[] }} Mutated */

/** The folders and files to change, by folder: all without one, `turn` for a folder, `turn/trail.ts` for a file. */
function wantedFiles() {
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
  /** @type {Map<string, string[]>} */
  const byFolder = new Map()
  for (const path of wanted.length > 0 ? wanted : folders) {
    const [folder = ''] = path.split('/')
    if (!folders.includes(folder))
      throw failure(
        `There are no mutants of "${path}": use npm run mutants -- with ${folders.join(', ')}, or a file in one.`,
      )
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), path])
  }
  return byFolder
}

/** The results for the mutants of a folder. @param {string} folder @returns {Mutated[]} */
function known(folder) {
  const { files } = JSON.parse(readFileSync(results(folder), 'utf8'))
  return Object.entries(files).map(([path, { mutants }]) => ({ path: path.slice(source.length + 1), mutants }))
}

const noticed = ['Killed', 'Timeout']
const unnoticed = ['Survived', 'NoCoverage']

/** @param {Mutated[]} files */
function score(files) {
  const count = (/** @type {string[]} */ statuses) =>
    files.flatMap(({ mutants }) => mutants).filter(({ status }) => statuses.includes(status)).length
  const [found, missed] = [count(noticed), count(unnoticed)]
  return `${((100 * found) / Math.max(1, found + missed)).toFixed(1).padStart(5)} %  ${found} of ${found + missed}`
}

/** @param {Mutated} file */
function survivors({ path, mutants }) {
  return mutants
    .filter(({ status }) => unnoticed.includes(status))
    .map(({ status, mutatorName, replacement = '', location: { start } }) => {
      const change = replacement.replace(/\s+/g, ' ').slice(0, 60)
      const reached = status === 'NoCoverage' ? '  (not reached)' : ''
      return `  ${path}:${start.line}:${start.column}  ${mutatorName} → ${change}${reached}`
    })
}

command(async () => {
  bootstrap()
  const { leash } = await import('./processes.mjs')
  const wanted = wantedFiles()
  const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'))
  mkdirSync(cache, { recursive: true })
  onStop(() => process.exit(130))

  for (const [folder, paths] of wanted) {
    console.log(`\n${bold(folder)}`)
    const started = Date.now()
    const patterns = paths.map((path) => (path.endsWith('.ts') ? `${source}/${path}` : `${source}/${path}/**/*.ts`))
    const mutate = [...patterns, `!${source}/**/*.test.ts`, `!${source}/**/*.fixture.ts`].join(',')
    const child = await leash(
      join(root, 'node_modules', '.bin', 'stryker'),
      [
        'run',
        join(root, 'scripts', 'mutants-stryker.mjs'),
        '--mutate',
        mutate,
        '--incrementalFile',
        results(folder),
        ...flags,
      ],
      { cwd: root, env: { ...process.env, DOGEAR_MUTANTS: folder }, inherit: true },
    )
    const { code } = await child.exited
    if (code !== 0) throw failure(`The mutants of ${folder} could not be run (the reason is above).`)
    say(`${folder} took ${seconds(started)}`)
  }

  for (const [folder, paths] of wanted) {
    const files = known(folder)
    const chosen = files.filter(({ path }) => paths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)))
    console.log(`\n${bold(`What no test of ${folder} noticed`)}`)
    for (const line of chosen.flatMap(survivors)) console.log(line)
    console.log(`\n${bold(`Score of ${folder}`)}`)
    for (const file of chosen) console.log(`  ${file.path.padEnd(32)} ${score([file])}`)
    say(`${folder.padEnd(8)} ${score(files)} changes noticed`)
  }
})
