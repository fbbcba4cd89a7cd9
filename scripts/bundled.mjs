// Programs as one file each, for tests that start them many times: from its sources each start takes a second more.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildSync } from 'esbuild'
import { cache } from './bootstrap.mjs'

const folder = join(cache, 'programs')
/** The first loads files that lie beside its own; `pg` asks for the second only where it is installed. */
const external = ['@electric-sql/pglite', 'pg-native']
/** @type {Map<string, string>} */
const known = new Map()

/**
 * The path of `program`, a path itself, as one file that Node runs. It is made once in this process, and is named after
 * its contents, so that others may make it at the same time and none need delete it.
 *
 * @param {string} program
 */
export function bundled(program) {
  const path = known.get(program) ?? bundle(program)
  known.set(program, path)
  return path
}

/** @param {string} program */
function bundle(program) {
  const { outputFiles } = buildSync({
    entryPoints: [program],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    external,
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url)",
    },
    logLevel: 'error',
  })
  const contents = outputFiles[0]?.contents ?? ''
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12)
  const path = join(folder, `${basename(program).replace(/\.\w+$/, '')}-${hash}.mjs`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const whole = `${path}.${process.pid}`
  writeFileSync(whole, contents)
  renameSync(whole, path)
  return path
}
