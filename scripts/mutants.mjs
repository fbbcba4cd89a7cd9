// `npm run mutants`: changes the source one place at a time, then prints what no test noticed with each folder's score.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap, cache, root } from './bootstrap.mjs'
import { isDrawn, nameOf, openJournal } from './mutants-journal.mjs'
import { bold, command, failure, say, seconds } from './output.mjs'
import { onStop } from './stopping.mjs'

const folders = ['turn', 'engine', 'codec']
const source = 'packages/dogear/src'
const results = (/** @type {string} */ folder) => join(cache, `mutants-${folder}.json`)
/** Of all mutants, by `--share=0.2`; a part of a folder gives its score with a margin. */
const share = Number(process.argv.findLast((argument) => argument.startsWith('--share='))?.slice(8) ?? 1)
const journal = (/** @type {string} */ folder) => join(cache, `mutants-${folder}.jsonl`)

/** @typedef {Omit<import('./mutants-journal.mjs').Mutant, 'fileName'>} Place */
/** @typedef {Place & { status: string, statusReason?: string }} Mutant */
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

/** Changes with every file of the package, so that a journal is never read that is about other code. */
function stamp() {
  const hash = createHash('sha256')
  const files = readdirSync(join(root, source), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  )
  for (const path of files.sort()) hash.update(`\0${path}\0`).update(readFileSync(join(root, source, path)))
  return hash.digest('hex')
}

/** Lines and columns are counted from one in reports. @param {string} fileName @param {Mutant} mutant */
function nameInReport(fileName, { location, ...mutant }) {
  const fromZero = (/** @type {Mutant['location']['start']} */ at) => ({ line: at.line - 1, column: at.column - 1 })
  return nameOf({ ...mutant, fileName, location: { start: fromZero(location.start), end: fromZero(location.end) } })
}

/** The results for the mutants of a folder; what was not drawn or not decided is forgotten. @param {string} folder */
function known(folder) {
  const report = JSON.parse(readFileSync(results(folder), 'utf8'))
  const files = Object.keys(report.files).map((fileName) => {
    /** @type {Mutant[]} */
    const mutants = report.files[fileName].mutants
    const drawn = mutants.filter(
      (mutant) => mutant.status !== 'RuntimeError' && (share === 1 || isDrawn(nameInReport(fileName, mutant), share)),
    )
    report.files[fileName].mutants = mutants.filter(({ status }) => status !== 'RuntimeError')
    return { path: fileName.slice(source.length + 1), mutants: drawn }
  })
  writeFileSync(results(folder), JSON.stringify(report))
  return files
}

const noticed = ['Killed', 'Timeout']
const unnoticed = ['Survived', 'NoCoverage']

/** @param {Mutated[]} files */
function score(files) {
  const count = (/** @type {string[]} */ statuses) =>
    files.flatMap(({ mutants }) => mutants).filter(({ status }) => statuses.includes(status)).length
  const [found, missed, endless] = [count(noticed), count(unnoticed), count(['Timeout'])]
  const part = found / Math.max(1, found + missed)
  const percent = `${(100 * part).toFixed(1).padStart(5)} %`
  const loops = endless > 0 ? `, ${endless} of them by an endless loop` : ''
  const text = `${percent}  ${found} of ${found + missed}${loops}`
  return { text, margin: 196 * Math.sqrt((part * (1 - part) * (1 - share)) / Math.max(1, found + missed)) }
}

/** The mutants of a file with these statuses, one a line. @param {Mutated} file @param {string[]} statuses */
function listed({ path, mutants }, statuses) {
  return mutants
    .filter(({ status }) => statuses.includes(status))
    .map(({ status, statusReason = '', mutatorName, replacement = '', location: { start } }) => {
      const change = replacement.replace(/\s+/g, ' ').slice(0, 60)
      const remark = status === 'NoCoverage' ? '(not reached)' : statusReason
      return `  ${path}:${start.line}:${start.column}  ${mutatorName} → ${change}  ${remark}`.trimEnd()
    })
}

command(async () => {
  bootstrap()
  const { leash } = await import('./processes.mjs')
  const wanted = wantedFiles()
  const flags = process.argv.slice(2).filter((argument) => /^-(?!-share=)/.test(argument))
  mkdirSync(cache, { recursive: true })
  onStop(() => process.exit(130))

  for (const [folder, paths] of wanted) {
    console.log(`\n${bold(folder)}`)
    const started = Date.now()
    const already = openJournal(journal(folder), flags.includes('--force') ? `${started}` : stamp())
    if (already > 0) say(`A run that was stopped is continued: ${already} mutants are judged already.`)
    const patterns = paths.map((path) => (path.endsWith('.ts') ? `${source}/${path}` : `${source}/${path}/**/*.ts`))
    const mutate = [...patterns, `!${source}/**/*.test.ts`, `!${source}/**/*.fixture.ts`].join(',')
    const environment = { DOGEAR_MUTANTS: folder, DOGEAR_JOURNAL: journal(folder), DOGEAR_SHARE: `${share}` }
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
      { cwd: root, env: { ...process.env, ...environment }, inherit: true },
    )
    const { code } = await child.exited
    if (code !== 0) throw failure(`The mutants of ${folder} could not be run (the reason is above).`)
    say(`${folder} took ${seconds(started)}`)
  }

  for (const [folder, paths] of wanted) {
    const files = known(folder)
    const chosen = files.filter(({ path }) => paths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)))
    console.log(`\n${bold(`What no test of ${folder} noticed`)}`)
    for (const line of chosen.flatMap((file) => listed(file, unnoticed))) console.log(line)
    console.log(`\n${bold(`What goes round endlessly in ${folder}`)}`)
    for (const line of chosen.flatMap((file) => listed(file, ['Timeout']))) console.log(line)
    console.log(`\n${bold(`Score of ${folder}`)}`)
    for (const file of chosen) console.log(`  ${file.path.padEnd(32)} ${score([file]).text}`)
    const { text, margin } = score(files)
    say(`${folder.padEnd(8)} ${text} changes noticed`)
    // 19 of 20 such draws give a score within it.
    if (share < 1)
      say(`This is a draw of ${share * 100} % of all; the score of all is ${margin.toFixed(1)} more or less.`)
  }
})
