// The rules for every source file of the repository: its imports, its lines, its words.
import { expect, test } from 'vitest'
import { circlesIn, codeOf, commentsOf, importGraph, readTree } from './tree.ts'

const files = readTree()

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
  const wide = readTree(/\.(ts|tsx|mjs|lua|sql|css)$/).flatMap(({ name, text }) =>
    text.split('\n').flatMap((line, index) => (line.length > 120 ? [`${name}:${index + 1}`] : [])),
  )
  expect(wide).toEqual([])
})

test('begins no sentence of a comment with a question word', () => {
  const riddles = readTree(/\.(ts|tsx|mjs|lua|sql|css)$/).flatMap((file) =>
    commentsOf(file)
      .flatMap((comment) => comment.match(/(?:^|[.!?]\s+)(?:Who|What|Whoever|Whose|Whether)\b.{0,40}/g) ?? [])
      .map((found) => `${file.name}: ${found}`),
  )
  expect(riddles).toEqual([])
})

/** Words that had two meanings, by the folder in which another word stands for each of them today. */
const retired: readonly [folder: string, words: string][] = [
  ['packages/dogear/src/', 'way wayPurpose wayTo Standing Held acts retake Refusal Rejection Place'],
  ['packages/dogear/src/flow/', 'Scope Way Page Look'],
  ['packages/dogear/src/http/', 'lead told forgotten'],
  ['packages/dogear/src/turn/', 'held'],
  ['apps/demo/', 'elsewhere thing asked'],
]

test.each(retired)('uses no retired name in %s: %s', (folder, words) => {
  const word = new RegExp(`\\b(${words.replaceAll(' ', '|')})\\b`, 'g')
  const found = files
    .filter(({ name }) => name.startsWith(folder))
    .flatMap((file) => {
      const named = [...new Set(codeOf(file).match(word))]
      return named.map((name) => `${file.name}: ${name}`)
    })
  expect(found).toEqual([])
})
