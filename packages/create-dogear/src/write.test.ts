// The writing of an app: all of it or nothing.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from './refusal.ts'
import { writeFiles } from './write.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('what is written', () => {
  it('is every file, the one with the key for nobody else to read', () => {
    const app = join(folder, 'deep', 'app')
    writeFiles(app, new Map(Object.entries({ '.env': 'KEY', 'lib/a.ts': 'a' })))
    expect(readFileSync(join(app, 'lib/a.ts'), 'utf8')).toBe('a')
    expect(readFileSync(join(app, '.env'), 'utf8')).toBe('KEY')
    expect(statSync(join(app, '.env')).mode & 0o777).toBe(0o600)
  })

  it.each([true, false])('is nothing if a file cannot be written (the folder was there: %s)', (there) => {
    const app = join(folder, 'app')
    if (there) mkdirSync(join(app, '.git'), { recursive: true })
    const files = new Map([
      ['a', ''],
      ['a/b', 'a file cannot be a folder'],
    ])
    expect(() => writeFiles(app, files)).toThrow(Refusal)
    expect(existsSync(app) && readdirSync(app)).toEqual(there ? ['.git'] : false)
  })

  it('overwrites nothing', () => {
    writeFileSync(join(folder, 'a'), 'mine')
    expect(() => writeFiles(folder, new Map([['a', 'theirs']]))).toThrow(/nothing of it is left/)
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('mine')
  })
})
