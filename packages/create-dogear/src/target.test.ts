// The folders that an app may be made in.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { problemWith } from './target.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('are new, or empty, or hold a repository that is', () => {
  expect(problemWith(join(folder, 'a', 'my-app'))).toBeUndefined()
  mkdirSync(join(folder, 'empty', '.git'), { recursive: true })
  expect(problemWith(join(folder, 'empty'))).toBeUndefined()
})

it('are refused with what is there, as nothing is ever overwritten', () => {
  mkdirSync(join(folder, 'full'))
  for (const name of ['b', 'a', 'c', 'd']) writeFileSync(join(folder, 'full', name), '')
  expect(problemWith(join(folder, 'full'))).toMatch(/is not empty \(a, b, c …\): take another, or empty it\.$/)
  expect(problemWith(join(folder, 'full', 'a'))).toMatch(/is a file: take another name\.$/)
})

it.each([
  ['My App', /^"My App" cannot be the name of an app, because its .+: take another, such as my-app\.$/],
  ['.hidden', /such as hidden\.$/],
  ['node_modules', /^"node_modules" cannot be the name of an app.*: take another/],
  ['fs', /^"fs" cannot be the name of an app/],
  ['x'.repeat(215), /cannot be the name of an app/],
])('are refused by the name %s, which no package can have', (name, message) => {
  expect(problemWith(name)).toMatch(message)
})
