// The README's example compiles as it stands, against the package as it is.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const demo = join(root, 'apps/demo')

/** The code blocks of a document that say which file they are: ```ts file=lib/server.ts */
function filesIn(text: string): { name: string; code: string }[] {
  return [...text.matchAll(/^```tsx? file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => ({
    name,
    code,
  }))
}

test('compiles the example of the README as it stands', { timeout: 60_000 }, async () => {
  const files = filesIn(readFileSync(join(root, 'README.md'), 'utf8'))
  expect(files.map(({ name }) => name)).toHaveLength(8)
  // Inside the demo, because that is an app that has what an app needs.
  const folder = mkdtempSync(join(demo, '.readme-'))
  try {
    for (const { name, code } of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), code)
    }
    const options = { noEmit: true, lib: ['ES2023', 'ES2024.String', 'DOM', 'DOM.Iterable'], types: ['node', 'react'] }
    const config = {
      extends: '../../../tsconfig.base.json',
      compilerOptions: options,
      include: ['**/*.ts', '**/*.tsx'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(root, 'node_modules/.bin/tsc')
    const output = await promisify(execFile)(tsc, ['-p', folder]).then(
      () => '',
      (error: { stdout?: string }) => error.stdout ?? String(error),
    )
    expect(output).toBe('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
