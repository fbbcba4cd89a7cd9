// Bundles a bench as an application would be, so that no loader is measured, and runs it: node bench/run.mjs [name].
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const name = process.argv[2] ?? 'main'
const outfile = resolve(`bench/.${name}.bundle.mjs`)
const source = (/** @type {string} */ entry) => resolve(`packages/dogear/src/${entry}`)
await build({
  entryPoints: [`bench/${name}.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  external: ['../scripts/*'],
  alias: {
    dogear: source('index.ts'),
    'dogear/redis': source('redis/index.ts'),
    'dogear/postgres': source('postgres/index.ts'),
  },
})
process.on('exit', () => rmSync(outfile, { force: true }))
await import(pathToFileURL(outfile).href)
