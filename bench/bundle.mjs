// Bundles programs of the bench as an application would be, so that no loader is measured.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

export const here = import.meta.dirname
const source = (/** @type {string} */ entry) => resolve(here, `../packages/dogear/src/${entry}/index.ts`)
const entries = ['redis', 'postgres', 'protobuf', 'http', 'web', 'node']

/**
 * Bundles `programs`, paths below `folder` without `.ts`, into `<folder>/dist`; returns the path of the first.
 * Packages that `folder` depends on stay packages.
 *
 * @param {readonly string[]} programs
 * @param {{ folder?: string }} [options]
 */
export async function bundle(programs, { folder = here } = {}) {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { dogear: _, ...packages } = dependencies
  await build({
    entryPoints: programs.map((program) => join(folder, `${program}.ts`)),
    outdir: join(folder, 'dist'),
    outbase: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: [
      ...Object.keys(packages),
      'esbuild',
      'tinybench',
      '@playwright/test',
      resolve(here, '../scripts/*'),
      resolve(here, 'bundle.mjs'),
    ],
    alias: {
      dogear: resolve(here, '../packages/dogear/src/index.ts'),
      ...Object.fromEntries(entries.map((entry) => [`dogear/${entry}`, source(entry)])),
    },
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url)",
    },
    logLevel: 'error',
  })
  return join(folder, 'dist', `${programs[0]}.mjs`)
}
