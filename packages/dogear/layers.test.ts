// The table "Who may import whom" as a test: folders are layers, and every arrow between them is on this list.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { importsOf } from './imports-of.ts'

/** Layers it may use, layers it may name in types, packages it may use, packages it may name in types. */
type Layer = { uses: string; names?: string; npm?: string; npmTypes?: string }

const layers: Record<string, Layer> = {
  errors: { uses: '' },
  keys: { uses: 'errors time', npm: 'lru-cache node:crypto' },
  wire: { uses: '' },
  position: { uses: '', names: 'wire' },
  'field-names': { uses: '' },
  pages: { uses: '', names: 'wire' },
  'plain-data': { uses: '' },
  'json-data': { uses: 'plain-data' },
  time: { uses: '', npm: 'node:timers' },
  environment: { uses: '' },
  wiring: { uses: '' },
  flow: {
    uses: 'errors field-names json-data plain-data wiring',
    names: 'wire',
    npmTypes: 'xstate @standard-schema/spec',
  },
  turn: { uses: 'flow errors field-names plain-data position', names: 'wire', npmTypes: '@standard-schema/spec' },
  codec: {
    uses: 'errors plain-data keys position environment',
    names: 'turn store wire',
    npm: 'msgpackr lru-cache node:crypto',
  },
  protobuf: { uses: 'codec errors plain-data wiring', npm: '@bufbuild/protobuf' },
  store: { uses: 'errors position wiring', names: 'wire' },
  engine: {
    uses: 'flow turn codec keys store errors plain-data position time environment wiring',
    names: 'wire',
    npm: 'lru-cache node:crypto',
  },
  redis: { uses: 'errors position store time wiring', names: 'wire', npmTypes: 'ioredis' },
  postgres: {
    uses: 'errors position store time wiring',
    names: 'wire',
    npm: 'node:crypto',
    npmTypes: 'pg @electric-sql/pglite',
  },
  dynamodb: {
    uses: 'errors position store time wiring',
    names: 'wire',
    npm: 'node:crypto @aws-sdk/client-dynamodb',
  },
  http: {
    uses: 'engine flow keys errors field-names pages plain-data position time wire environment wiring',
    npm: 'rate-limiter-flexible bowser lru-cache negotiator node:crypto node:timers',
  },
  web: { uses: 'http', names: 'flow' },
  node: { uses: '', names: 'http', npmTypes: 'node:http' },
  next: { uses: 'http errors pages wire environment wiring', names: 'engine flow', npm: 'next react' },
  client: { uses: 'position', names: 'wire' },
  react: { uses: 'client field-names pages position wire', names: 'flow', npm: 'react' },
  testing: {
    uses: 'errors flow turn codec store engine cli',
    names: 'wire',
    npm: 'fast-check json-schema-faker node:crypto node:util',
  },
  cli: {
    uses:
      'errors pages plain-data time wire keys flow turn codec store engine redis postgres dynamodb http next client ' +
      'react',
    npm: '*',
  },
  index: { uses: 'errors flow engine codec keys store cli', names: 'turn wire' },
}
const exceptions: Record<string, Layer> = {
  'flow/machine.ts': { uses: '', npm: 'xstate' },
  'store/conformance.ts': { uses: '', npm: 'vitest' },
  'store/cases/': { uses: '', npm: 'vitest node:timers/promises' },
}

const src = join(import.meta.dirname, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file) && !/\.(test|test-d|fixture)\.tsx?$/.test(file))
const has = (list: string | undefined, word: string) => (list ?? '').split(' ').includes(word)
const layerOf = (file: string) => file.replace(/[./].*/, '')

function forbidden(file: string): string[] {
  const layer = layers[layerOf(file)]
  if (!layer) return [`${file} is in no layer`]
  const excepted = Object.entries(exceptions).flatMap(([path, rule]) => (file.startsWith(path) ? [rule] : []))
  const rules = [layer, ...excepted]
  return importsOf(readFileSync(join(src, file), 'utf8')).flatMap(({ from, typeOnly }) => {
    if (from.startsWith('.')) {
      const to = layerOf(posix.join(posix.dirname(file), from))
      const allowed =
        to === layerOf(file) || rules.some((rule) => has(rule.uses, to) || (typeOnly && has(rule.names, to)))
      return allowed ? [] : [`${file} -> ${to} (${from})`]
    }
    const name = /^(node:.+|@[^/]+\/[^/]+|[^/]+)/.exec(from)?.[0] ?? from
    const allowed =
      has(layer.npm, '*') || rules.some((rule) => has(rule.npm, name) || (typeOnly && has(rule.npmTypes, name)))
    return allowed ? [] : [`${file} -> ${from}${typeOnly ? ' (types)' : ''}`]
  })
}

test('draws only the arrows of the layer table', () => {
  expect(files.length).toBeGreaterThan(0)
  expect(files.flatMap(forbidden)).toEqual([])
})
