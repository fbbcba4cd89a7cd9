// Masked names: what they give away.

import { expect, it } from 'vitest'
import { masked } from './identity.ts'

it.each([
  ['ada@example.org', 'a•••@example.org'],
  ['a@b.example', 'a•••@b.example'],
  ['Ada Lovelace', 'A•••'],
  ['user_4711', 'u•••'],
  ['ada@localhost', 'a•••'],
  ['"ada@home"@example.org', '"•••@example.org'],
  ['👩‍🚀 Ada', '👩•••'],
  ['\u202egro.elpmaxe@ada', 'g•••'],
  [' ada@example.org\n', 'a•••@example.org'],
  ['', '•••'],
])('%j is shown as %j', (name, shown) => {
  expect(masked(name)).toBe(shown)
})

it('stays short', () => {
  expect(masked(`a@${'x'.repeat(1000)}.example`).length).toBeLessThanOrEqual(64)
})
