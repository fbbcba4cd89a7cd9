// Builds the package with tsc alone: src/*.ts becomes dist/*.js and dist/*.d.ts, file by file, without tests. The docs
// of the repository go along, so that those of an installed release are at hand.
import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { writeDocs } from './docs.mjs'

const here = import.meta.dirname
const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(join(here, 'dist'), { recursive: true, force: true })
const { status } = spawnSync(process.execPath, [tsc, '-p', join(here, 'tsconfig.build.json')], { stdio: 'inherit' })
writeDocs(join(here, 'docs'))
// pnpm would pack that of the repository, did it not take docs/licences.md for one.
copyFileSync(join(here, '../../LICENSE'), join(here, 'LICENSE'))
process.exitCode = status ?? 1
