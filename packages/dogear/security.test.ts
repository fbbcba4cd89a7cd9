// SECURITY.md accounts for every requirement that must hold: by a test that carries its number, or by a reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8')

/** Those of 1 to 80 that are only advised. */
const advised = new Set([11, 12, 24, 37, 45, 47, 59])
const required = Array.from({ length: 80 }, (_, index) => index + 1).filter((number) => !advised.has(number))

type Row = { number: number; says: string; held: string }

/** The rows `| M1 | requirement | tests, or the reason why there is none |`. */
const rows = [...text.matchAll(/^\| M(\d+) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, number, says = '', held = '']): Row => ({ number: Number(number), says, held }),
)
const filesIn = (held: string): string[] =>
  [...held.matchAll(/`([^`]+\.(?:test|spec)\.tsx?)`/g)].map(([, file = '']) => file)

/** The numbers in the titles of a file's tests: no comment counts. */
const numbersIn = (source: string): Set<number> => {
  const titles = source.match(/\b(?:it|test|describe)\b[\s\S]{0,4000}?['"`][^'"`\n]*\[M\d+\][^'"`\n]*/g) ?? []
  return new Set(titles.flatMap((title) => [...title.matchAll(/\[M(\d+)\]/g)].map(([, number]) => Number(number))))
}

test('has one row for each requirement, in its order', () => {
  expect(rows.map(({ number }) => number)).toEqual(required)
})

test.each(rows)(
  'M$number is held by tests that carry its number, or says why it needs none',
  ({ number, says, held }) => {
    expect(says.length).toBeGreaterThan(20)
    const files = filesIn(held)
    if (files.length === 0) expect(held).toMatch(/^(Does not apply|Not tested): .{20,}/)
    for (const file of files) {
      expect([file, existsSync(join(root, file))]).toEqual([file, true])
      const numbers = numbersIn(readFileSync(join(root, file), 'utf8'))
      expect([file, number, numbers.has(number)]).toEqual([file, number, true])
    }
  },
)

test('finds a number in a title, and nowhere else', () => {
  expect(numbersIn("// [M1]\nit('[M2] [M3] is so', () => {})\nit.each([\n  'a',\n])('[M4] %s', () => {})")).toEqual(
    new Set([2, 3, 4]),
  )
})

test('[M48] lists every use of cryptography, with its keys and how they are changed', () => {
  for (const word of ['AES-256-GCM', 'HKDF-SHA-256', 'HMAC-SHA-256', 'SHA-256 ', 'dogear rekey', 'DOGEAR_KEYS'])
    expect([word, text.includes(word)]).toEqual([word, true])
  // A file that uses it is in one of these rooms, whose uses the table names.
  const rooms = /^(codec|keys|engine|http|postgres|dynamodb|client|cli)\//
  const src = join(root, 'packages/dogear/src')
  const users = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(?!.*(test|fixture)).*\.tsx?$/.test(name))
    .filter((name) => /from 'node:crypto'/.test(readFileSync(join(src, name), 'utf8')))
  expect(users.filter((name) => !rooms.test(name))).toEqual([])
})

/** Names of tables and columns, and expressions over the numbers of parameters. */
const ownExpression = new RegExp(
  '^(sessions|schema|table|owners|codes|leases|progress|until|parameter|order|key|time|passed|more|ledger|name' +
    "|(inMs|atMs|fromNow)\\('[$\\w()]+'\\)|expired\\(('[\\w, ]+'(, )?)+\\))$",
)

test('[M57] puts names and expressions of its own into SQL, and no value', () => {
  const folder = join(root, 'packages/dogear/src/postgres')
  const sources = readdirSync(folder).filter((name) => /^(?!doctor)\w+\.ts$/.test(name))
  const statements = sources.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/`[^`]*`/g)]
      .map(([text]) => ({ name, text }))
      .filter(({ text }) => /\b(select|insert|update|delete|create|alter|set)\b/.test(text)),
  )
  expect(statements.length).toBeGreaterThan(20)
  const parts = statements.flatMap(({ name, text }) =>
    [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, part = '']) => ({ name, part })),
  )
  expect(parts.filter(({ part }) => !ownExpression.test(part))).toEqual([])
})

test('[M57] runs the scripts of Redis as they are, which take values as arguments', () => {
  const folder = join(root, 'packages/dogear/src/redis')
  const scripts = readdirSync(join(folder, 'lua'))
  expect(scripts.length).toBeGreaterThan(5)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(?!.*test).*\.ts$/.test(name),
  )
  const running = sources.filter((name) =>
    /\.(eval|evalsha|script)\(|\bdefineCommand\(/.test(readFileSync(join(folder, name), 'utf8')),
  )
  expect(running.filter((name) => !name.includes('fixture'))).toEqual(['scripts.ts'])
})
