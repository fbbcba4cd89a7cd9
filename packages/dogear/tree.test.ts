// The rules for every source file of the repository: its imports, its lines, its words.
import { expect, test } from 'vitest'
import { circlesIn, codeOf, commentsOf } from './tree.ts'

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
