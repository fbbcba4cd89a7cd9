// The journal of a run: what is known of each mutant, line by line, so that a run that is stopped goes on where it was.
import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'

/** @typedef {'killed' | 'survived' | 'timeout' | 'error'} Status */
/** @typedef {{ status: Status, reason?: string, [more: string]: unknown }} Verdict */
/** @typedef {{ stamp?: string, mutant?: string, verdict?: Verdict, costs?: [test: string, ms: number][] }} Line */
/**
 * @typedef {object} Mutant
 * @property {string} fileName
 * @property {{ start: { line: number, column: number }, end: { line: number, column: number } }} location
 * @property {string} mutatorName
 * @property {string} [replacement]
 */

/** The same in every run, unlike the number that Stryker gives a mutant. @param {Mutant} mutant */
export function nameOf({ fileName, location: { start, end }, mutatorName, replacement }) {
  const file = fileName.replaceAll('\\', '/').replace(/^.*\/src\//, '')
  const place = `${start.line}:${start.column}-${end.line}:${end.column}`
  return `${file}:${place} ${mutatorName} → ${replacement ?? ''}`
}

/**
 * True for a share of all mutants, drawn by a hash of their names: the same in every run, and a larger share holds the
 * smaller one.
 *
 * @param {string} name
 * @param {number} share from 0 to 1
 */
export const isDrawn = (name, share) => createHash('sha256').update(name).digest().readUInt32BE() < share * 2 ** 32

/** @param {string} path @returns {Line[]} nothing of a line that was being written when the process ended */
export function readJournal(path) {
  /** @type {string[]} */
  let lines = []
  try {
    lines = readFileSync(path, 'utf8').split('\n')
  } catch {
    // It begins with its first line.
  }
  return lines.flatMap((line) => {
    try {
      return line ? [JSON.parse(line)] : []
    } catch {
      return []
    }
  })
}

/** @param {string} path @param {Line} line */
export const writeJournal = (path, line) => appendFileSync(path, `${JSON.stringify(line)}\n`)

/**
 * Goes on with the journal if it is of the same source, else begins anew; returns how many verdicts are in it. A mutant
 * without one was being judged when the run was stopped.
 *
 * @param {string} path
 * @param {string} stamp
 */
export function openJournal(path, stamp) {
  const lines = readJournal(path)
  const judged = lines[0]?.stamp === stamp ? lines.filter(({ verdict }) => verdict) : []
  writeFileSync(path, [{ stamp }, ...judged].map((line) => `${JSON.stringify(line)}\n`).join(''))
  return judged.length
}
