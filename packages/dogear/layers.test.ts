// The table "Who may import whom" as a test: folders are layers, and every arrow between them is on this list.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'

type Layer = { uses: string; names?: string; npm?: string; npmTypes?: string }

const layers: Record<string, Layer> = {
  errors: { uses: '' },
  wire: { uses: '' },
  flow: { uses: 'errors', names: 'wire', npmTypes: 'xstate @standard-schema/spec' },
  turn: { uses: 'flow errors', names: 'wire' },
  codec: { uses: 'errors', names: 'turn', npm: 'msgpackr node:crypto' },
  store: { uses: 'errors', names: 'wire' },
  engine: { uses: 'flow turn codec errors', names: 'store wire', npm: 'lru-cache' },
  redis: { uses: 'errors', names: 'store wire', npmTypes: 'ioredis' },
  postgres: { uses: 'errors', names: 'store wire', npmTypes: 'pg @electric-sql/pglite' },
  http: { uses: 'engine errors wire', npm: 'rate-limiter-flexible' },
  next: { uses: 'http errors wire', names: 'engine flow', npm: 'next react' },
  client: { uses: '', names: 'wire' },
  react: { uses: 'client', names: 'wire flow', npm: 'react' },
  cli: { uses: 'errors wire flow turn codec store engine redis postgres http next client react' },
  index: { uses: 'errors flow engine codec store', names: 'turn wire' },
}
const exceptions: Record<string, Layer> = {
  'flow/machine.ts': { uses: '', npm: 'xstate' },
  'store/conformance.ts': { uses: '', npm: 'vitest' },
}

const src = join(import.meta.dirname, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file) && !/\.(test|test-d)\.tsx?$/.test(file))
const has = (list: string | undefined, word: string) => (list ?? '').split(' ').includes(word)
const layerOf = (file: string) => file.replace(/[./].*/, '')

/** What a source imports, and whether it takes only types; `import('x')` takes values. */
function importsOf(source: string): { from: string; typeOnly: boolean }[] {
  const statements = source.matchAll(/^\s*(?:import|export)\s+(type\s)?([^'"`;=]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)
  const dynamic = source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)
  return [
    ...[...statements].map(([, type, names = '', from = '']) => {
      const inner = /\{([^}]*)\}\s+from/
        .exec(names)?.[1]
        ?.split(',')
        .filter((name) => name.trim())
      const everyNameIsType = inner?.every((name) => /^\s*type\s/.test(name)) && !/^\s*\w/.test(names)
      return { from, typeOnly: Boolean(type || (inner?.length && everyNameIsType)) }
    }),
    ...[...dynamic].map(([, from = '']) => ({ from, typeOnly: false })),
  ]
}

function forbidden(file: string): string[] {
  const layer = layers[layerOf(file)]
  if (!layer) return [`${file} is in no layer`]
  return importsOf(readFileSync(join(src, file), 'utf8')).flatMap(({ from, typeOnly }) => {
    const rules = [layer, ...(exceptions[file] ? [exceptions[file]] : [])]
    if (from.startsWith('.')) {
      const target = layerOf(posix.join(posix.dirname(file), from))
      const allowed =
        target === layerOf(file) ||
        rules.some((rule) => has(rule.uses, target) || (typeOnly && has(rule.names, target)))
      return allowed ? [] : [`${file} -> ${target} (${from})`]
    }
    const name = from
      .split('/')
      .slice(0, from.startsWith('@') ? 2 : 1)
      .join('/')
    const allowed =
      layerOf(file) === 'cli' || rules.some((rule) => has(rule.npm, name) || (typeOnly && has(rule.npmTypes, name)))
    return allowed ? [] : [`${file} -> ${from}${typeOnly ? ' (types)' : ''}`]
  })
}

test('draws only the arrows of the layer table', () => {
  expect(files.length).toBeGreaterThan(0)
  expect(files.flatMap(forbidden)).toEqual([])
})

test.each([
  ["import { createActor } from 'xstate'", [{ from: 'xstate', typeOnly: false }]],
  ["import type { View } from '../wire.ts'", [{ from: '../wire.ts', typeOnly: true }]],
  ["import { type A, type B } from './a.ts'", [{ from: './a.ts', typeOnly: true }]],
  ["import a, { type B } from './a.ts'", [{ from: './a.ts', typeOnly: false }]],
  ["export {\n  a,\n  type B,\n} from './a.ts'", [{ from: './a.ts', typeOnly: false }]],
  [
    "export * from './a.ts'\nimport './b.ts'",
    [
      { from: './a.ts', typeOnly: false },
      { from: './b.ts', typeOnly: false },
    ],
  ],
  ["const a = await import('./a.ts')", [{ from: './a.ts', typeOnly: false }]],
])('reads the imports of %j', (source, imports) => {
  expect(importsOf(source)).toEqual(imports)
})
