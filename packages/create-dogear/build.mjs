// Builds the package with tsc alone: src/*.ts becomes dist/*.js and dist/*.d.ts, file by file, without tests. They are
// written into the package, or into the folder that is named: `node build.mjs <folder>`.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const here = import.meta.dirname
const dist = join(resolve(process.argv[2] ?? here), 'dist')
const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(dist, { recursive: true, force: true })
const compiler = [tsc, '-p', join(here, 'tsconfig.build.json'), '--outDir', dist]
const { status } = spawnSync(process.execPath, compiler, { stdio: 'inherit' })
process.exitCode = status ?? 1
