// The rules for every source file of the repository: its imports, its lines, its words.
import { expect, test } from 'vitest'
import { circlesIn, codeOf, commentsOf, importGraph, namesIn, readTree } from './tree.ts'

const tree = readTree()
const files = tree.filter(({ name }) => /\.(ts|tsx|mjs)$/.test(name)).map((file) => ({ ...file, code: codeOf(file) }))

test('finds a circle of imports where there is one', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ])
  expect(circlesIn(graph)).toEqual(['b -> c -> b'])
})

test('reads comments as a person does: together where they belong together, and not in addresses', () => {
  const text =
    "// One sentence\n// on two lines.\nconst url = 'https://a.example' // a trailing one\n/** A\n * block. */\n"
  expect(commentsOf({ name: 'a.ts', text })).toEqual(['A block.', 'One sentence on two lines.'])
  expect(commentsOf({ name: 'a.ts', text: 'const a = 1 // a trailing one\n' })).toEqual(['a trailing one'])
  expect(codeOf({ name: 'a.ts', text })).not.toMatch(/sentence|trailing|block|example/)
})

test('imports nothing in circles', () => {
  const graph = importGraph(files)
  expect(graph.get('faults/app.ts')).toContain('packages/dogear/src/http/index.ts')
  expect(circlesIn(graph)).toEqual([])
})

test('keeps every line within 120 columns', () => {
  const wide = tree.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line, index) => (line.length > 120 ? [`${name}:${index + 1}`] : [])),
  )
  expect(wide).toEqual([])
})

test('begins no sentence of a comment with a question word', () => {
  const riddles = tree.flatMap((file) =>
    commentsOf(file)
      .flatMap((comment) => comment.match(/(?:^|[.!?]\s+)(?:Who|What|Whoever|Whose|Whether)\b.{0,40}/g) ?? [])
      .map((found) => `${file.name}: ${found}`),
  )
  expect(riddles).toEqual([])
})

/** Names that had two meanings, by the folder in which each meaning now has a name of its own. */
const retired: readonly [folder: string, words: string][] = [
  ['packages/dogear/src/', 'way wayPurpose wayTo Standing Held acts retake Refusal Rejection Place'],
  ['packages/dogear/src/flow/', 'Scope Way Page Look'],
  ['packages/dogear/src/http/', 'lead told forgotten'],
  ['packages/dogear/src/turn/', 'held'],
  ['apps/demo/', 'elsewhere thing asked'],
]

test('finds a name where it is declared or reached', () => {
  const code = "const asked = 1\nf(thing)\ntype A = {\n  held?: string\n  way: '' | 'b'\n}\nview.lead"
  expect(namesIn(code, ['asked', 'thing', 'held', 'way', 'lead'])).toEqual(['asked', 'thing', 'held', 'lead'])
  expect(namesIn("{ asked: '' }\n<p>\n  {who} asked\n</p>\nby-thing", ['asked', 'thing'])).toEqual([])
})

test.each(retired)('uses no retired name in %s: %s', (folder, words) => {
  const found = files
    .filter(({ name }) => name.startsWith(folder))
    .flatMap(({ name, code }) => namesIn(code, words.split(' ')).map((word) => `${name}: ${word}`))
  expect(found).toEqual([])
})
