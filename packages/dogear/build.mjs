// Builds the package with tsc alone: src/*.ts becomes dist/*.js and dist/*.d.ts, file by file, without tests. The docs
// of the repository go along, so that those of an installed release are at hand. All of it is written into the package,
// or into the folder that is named: `node build.mjs <folder>`.
import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { writeDocs } from './docs.mjs'

const here = import.meta.dirname
const into = resolve(process.argv[2] ?? here)
const dist = join(into, 'dist')
const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(dist, { recursive: true, force: true })
const compiler = [tsc, '-p', join(here, 'tsconfig.build.json'), '--outDir', dist]
const { status } = spawnSync(process.execPath, compiler, { stdio: 'inherit' })
writeDocs(join(into, 'docs'))
// pnpm would pack that of the repository, did it not take docs/licences.md for one.
copyFileSync(join(here, '../../LICENSE'), join(into, 'LICENSE'))
process.exitCode = status ?? 1
