// Bundles the command line for the live tests, which run it many times: from its sources each run takes a second more.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './bootstrap.mjs'

const source = join(root, 'packages', 'dogear')

/** Makes the bundle, beside what the configs of tests import, where it finds the packages; deletes it afterwards. */
export async function setup() {
  const packages = join(source, 'node_modules', '.cache')
  mkdirSync(packages, { recursive: true })
  const folder = mkdtempSync(join(packages, 'command-'))
  await build({
    entryPoints: ['main.ts', 'config.fixture.ts'].map((name) => join(source, 'src', 'cli', name)),
    outbase: source,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    // Both load files that lie beside theirs.
    external: ['jiti', '@electric-sql/pglite', 'pg-native'],
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url)",
    },
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  copyFileSync(join(source, 'package.json'), join(folder, 'package.json'))
  process.env.DOGEAR_TEST_COMMAND = join(folder, 'src', 'cli')
  return () => rmSync(folder, { recursive: true, force: true })
}
