// Rules for every source file: it is short, says what it owns, takes clocks and chance from outside, keeps no state.
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

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')

/** The state that a module keeps between calls: variables, weak collections, constants whose content is changed. */
function stateIn(code: string): string[] {
  const variables = code.match(/^(?:export )?(?:let|var) \w+/gm) ?? []
  const weak = code.match(/new Weak(?:Map|Set|Ref)\b/g) ?? []
  const constants = [...code.matchAll(/^(?:export )?const (\w+)/gm)].map(([, name]) => name as string)
  const mutators = '(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill)'
  const changed = constants.filter((name) => {
    const root = `(?<![\\w.'"])${name}`
    const member = '(?:\\.\\w+|\\[[^\\]]*\\])'
    const patterns = [
      `${root}${member}+\\s*(?:\\+\\+|--|[-+*/%&|^?]*=(?![=>]))`,
      `(?:\\+\\+|--|\\bdelete )${name}${member}`,
      `${root}${member}*\\.${mutators}\\(`,
      `Object\\.(?:assign|defineProperty)\\(${name}\\b`,
    ]
    return patterns.some((pattern) => new RegExp(pattern).test(code))
  })
  return [...variables, ...weak, ...changed]
}

/** The files of `where` whose code, comments aside, matches `pattern`. */
function users(pattern: RegExp, where: RegExp): string[] {
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

test('remembers nothing between two calls: flows and turns keep no state in their modules', () => {
  const pure = files.filter(({ name }) => /^(flow|turn)\//.test(name))
  const kept = pure.flatMap(({ name, text }) => stateIn(withoutComments(text)).map((what) => `${name}: ${what}`))
  expect(kept).toEqual([])
})

test.each([
  ['let count = 0\n', ['let count']],
  ['const seen = new Map<string, number>()\nconst note = (id: string) => seen.set(id, 1)', ['seen']],
  ['export const last = { id: 0 }\nconst next = () => last.id++', ['last']],
  ['const list: string[] = []\nfunction add() {\n  list[list.length] = "a"\n}', ['list']],
  ['const views = new WeakMap<object, string>()', ['new WeakMap']],
  ['const known: ReadonlySet<string> = new Set(["a"])\nconst knows = (id: string) => known.has(id)', []],
  ['const limits = { max: 1 }\nfunction f() {\n  let n = limits.max\n  return n === limits.max\n}', []],
])('tells state in a module from a constant: %j', (code, state) => {
  expect(stateIn(code)).toEqual(state)
})

test('reads the environment only where an application is put together', () => {
  expect(users(/process\.env|import\.meta\.env/, /^(?!cli\/)/)).toEqual(['environment.ts', 'client/request.ts'])
})

test('takes what must be unguessable from a generator made for it', () => {
  expect(users(/Math\.random|randomUUID/, /^(http\/cookie|http\/credential|codec\/)/)).toEqual([])
})
