// The variables of a developer, none of which reaches a server under test.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cleared } from '../e2e/support/cleared.ts'

/** Set for every server by the scripts that start it, or by Node and Next themselves. */
const own = [
  'DOGEAR_DATA',
  'DOGEAR_INSECURE_LOCALHOST',
  'NODE_ENV',
  'PAYMENTS_PORT',
  'PORT',
  'NEXT_PHASE',
  'NEXT_RUNTIME',
]
const folders = ['demo/app', 'demo/components', 'demo/flows', 'demo/lib', 'payments/src', 'assistant/src']

/** The names of the variables that the sources of the apps read. */
function namesRead(): string[] {
  const apps = join(import.meta.dirname, '../apps')
  const files = folders.flatMap((folder) =>
    readdirSync(join(apps, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(apps, folder, file)),
  )
  const sources = files.filter((file) => /\.[jt]sx?$/.test(file) && !/\.(test|fixture)\./.test(file))
  return sources.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    const members = [...text.matchAll(/\benv\.([A-Z][A-Z_]+)\b/g)].map(([, name = '']) => name)
    const taken = [...text.matchAll(/\{([^{}]*)\} = (?:process\.)?env\b/g)].flatMap(([, names = '']) =>
      names.split(','),
    )
    return [...members, ...taken.flatMap((name) => /^\s*([A-Z][A-Z_]+)\b/.exec(name)?.[1] ?? [])]
  })
}

test('every variable that the apps read is cleared for a test, or set by it', () => {
  const read = new Set(namesRead())
  expect(read.size).toBeGreaterThan(15)
  expect([...read].filter((name) => !Object.hasOwn(cleared, name) && !own.includes(name))).toEqual([])
  expect(Object.keys(cleared).filter((name) => !read.has(name))).toEqual([])
})
