// The rules for every source file of the package: short, with a header, pure where it says so.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, 'src')
const all = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|test-d|gen)\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }))
const files = all.filter(({ name }) => !name.includes('.fixture.'))
const fixtures = all.filter(({ name }) => name.includes('.fixture.'))
const lengthOf = (text: string) => text.trimEnd().split('\n').length

/** The files of `where` whose code, comments aside, matches `pattern`. */
function users(pattern: RegExp, where: RegExp): string[] {
  const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
  return files
    .filter(({ name, text }) => where.test(name) && pattern.test(withoutComments(text)))
    .map(({ name }) => name)
}

test('keeps every source and fixture within 300 lines, and the median within 80', () => {
  const long = [...files, ...fixtures].filter(({ text }) => lengthOf(text) > 300)
  expect(long.map(({ name }) => name)).toEqual([])
  const lengths = files.map(({ text }) => lengthOf(text)).sort((a, b) => a - b)
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80)
})

test('keeps at most 22 source files of its own in a folder', () => {
  const counts = new Map<string, number>()
  for (const { name } of files) counts.set(dirname(name), (counts.get(dirname(name)) ?? 0) + 1)
  expect([...counts].filter(([, count]) => count > 22)).toEqual([])
})

test('owns one subject per file: no header needs an "and"', () => {
  const double = files.filter(({ text }) => /\band\b/i.test(/^\/\/.*$/m.exec(text)?.[0] ?? ''))
  expect(double.map(({ name }) => name)).toEqual([])
})

test('keeps no memory beside the records: flows and turns have no WeakMap or WeakSet', () => {
  expect(users(/\bWeak(Map|Set)\b/, /^(flow|turn)\//)).toEqual([])
})

test('begins every file with one sentence on what it owns', () => {
  const silent = files.filter(
    ({ text }) => !/^('use client'\n+)?\/\/ \S.*[.:!?]$/m.test(text.split('\n').slice(0, 3).join('\n')),
  )
  expect(silent.map(({ name }) => name)).toEqual([])
})

test('decides purely: flows and turns read no clock, no chance, no environment and start nothing', () => {
  expect(
    users(
      /Date\.now|new Date\(\)|Math\.random|randomUUID|performance\.now|setTimeout|setInterval|fetch\(/,
      /^(flow|turn)\//,
    ),
  ).toEqual([])
})

test('reads the environment only where an application is put together', () => {
  expect(users(/process\.env|import\.meta\.env/, /^(?!cli\/)/)).toEqual([])
})

test('takes what must be unguessable from a generator made for it', () => {
  expect(users(/Math\.random|randomUUID/, /^(http\/cookie|http\/credential|codec\/)/)).toEqual([])
})
