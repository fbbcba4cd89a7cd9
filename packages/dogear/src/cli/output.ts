// The output of commands: lines for people, one JSON document for programs.

import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'
import { codeOf, placeOf } from '../engine/log/line.ts'
import { isDogearError } from '../errors.ts'

export type Colors = ReturnType<typeof pc.createColors>

/**
 * `line` and `document` write to stdout, `note` to stderr. With `json`, only `document` may write to stdout. `result`
 * prints a command's result once: the document with `json`, else the lines.
 */
export type Output = {
  json: boolean
  colors: Colors
  line(text: string): void
  note(text: string): void
  document(value: unknown): void
  result(document: unknown, lines: readonly string[]): void
}

type Streams = { json: boolean; color: boolean; stdout: (text: string) => void; stderr: (text: string) => void }

export function createOutput({ json, color, stdout, stderr }: Streams): Output {
  const line = (text: string): void => (json ? stderr : stdout)(`${text}\n`)
  const document = (value: unknown): void => stdout(`${JSON.stringify(value, null, 2)}\n`)
  return {
    json,
    colors: pc.createColors(color),
    line,
    note: (text) => stderr(`${text}\n`),
    document,
    result: (value, lines) => (json ? document(value) : lines.forEach(line)),
  }
}

// C0 and C1 controls, and characters that turn the direction of text or hide it (Unicode TR 36, "Trojan Source").
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression removes them.
const controls = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Stored text without escape sequences and control characters, so that a terminal shows it and executes nothing. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(controls, '')
}

/** `text` in one line, cleaned. */
export function oneLine(text: string): string {
  return clean(text.replace(/\s*\n\s*/g, ' '))
}

/**
 * An error in one line: its code, our own message, the reference of the session for `dogear show`. Causes and errors
 * that are not ours are shown by kind and place alone, because their messages may quote what a person typed.
 */
export function errorLine(error: unknown): string {
  if (!isDogearError(error)) return kindOf(error)
  const cause = error.cause === undefined ? '' : ` (${kindOf(error.cause)})`
  const reference = error.reference === undefined ? '' : ` (reference ${error.reference})`
  return oneLine(`${error.code}: ${error.message}${cause}${reference}`)
}

/** `ECONNREFUSED`, `NOAUTH`, `TypeError at chargeCard (/app/charge.ts:12:3)`. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an Error was thrown'
  const word = codeOf(error)
  if (word) return oneLine(word)
  return oneLine(`${error.name} ${placeOf(error) ? `at ${placeOf(error)}` : ''}`.trim())
}

/** A time span in its two largest units: `2 d 3 h`, `14 min 59 s`, `250 ms`. */
export function span(ms: number): string {
  const units: [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
  ]
  const first = units.findIndex(([, length]) => ms >= length)
  if (first < 0) return '0 ms'
  let rest = Math.round(ms)
  const parts = units.slice(first, first + 2).map(([unit, length]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return count > 0 ? `${count} ${unit}` : ''
  })
  return parts.filter(Boolean).join(' ')
}

/** A table under dimmed column titles; nothing at all without rows. */
export function titledTable(titles: string[], rows: string[][], { dim }: Colors): string[] {
  return rows.length === 0 ? [] : table([titles, ...rows]).map((line, i) => (i === 0 ? dim(line) : line))
}

/** Rows with aligned columns, indented by two. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}
