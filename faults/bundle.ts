// The process under test as one file, so that a killed one is back in a fraction of a second.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const source = fileURLToPath(new URL('./app.ts', import.meta.url))
let bundled: string | undefined

/** Deletes the bundle. A test runner ends its processes without an exit event, so there it has to be asked for. */
export function removeBundle(): void {
  if (bundled) rmSync(dirname(bundled), { recursive: true, force: true })
  bundled = undefined
}

/** Path of the bundled app; built from the sources once per run, gone when this process ends. */
export function bundledApp(): string {
  if (bundled) return bundled
  const folder = mkdtempSync(join(tmpdir(), 'dogear-faults-app-'))
  process.on('exit', removeBundle)
  bundled = join(folder, 'app.mjs')
  buildSync({
    entryPoints: [source],
    outfile: bundled,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url)",
    },
    sourcemap: 'inline',
    logLevel: 'error',
  })
  return bundled
}
