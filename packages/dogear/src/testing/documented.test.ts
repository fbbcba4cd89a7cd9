// The tests that docs/testing.md shows pass as they stand, under the test runner of Node.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')

/** The code blocks of a document, by the file they name. */
function filesIn(document: string): [name: string, code: string][] {
  const blocks = readFileSync(join(root, document), 'utf8').matchAll(/^```ts file=(\S+)\n([\s\S]*?)^```$/gm)
  return [...blocks].map(([, name = '', code = '']) => [name, code])
}

test('the tests in docs/testing.md pass, without any other test framework', async () => {
  const folder = mkdtempSync(join(root, 'apps/demo/.readme-'))
  try {
    const files = [...filesIn('README.md'), ...filesIn('docs/testing.md')]
    for (const [name, code] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), code)
    }
    const tests = files.map(([name]) => name).filter((name) => name.endsWith('.test.ts'))
    const tsx = join(root, 'node_modules/.bin/tsx')
    const { NODE_OPTIONS: _, ...env } = process.env
    const { stdout } = await promisify(execFile)(tsx, ['--test', ...tests], { cwd: folder, env }).catch(
      (error: { stdout?: string; stderr?: string }) => ({ stdout: `${error.stdout}${error.stderr}` }),
    )
    expect(stdout).toMatch(/(ℹ|#) pass 5\n(ℹ|#) fail 0/u)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
