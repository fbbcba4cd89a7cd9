// Every code block of the README and of the pages in docs compiles as it stands, against the package as it is.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const demo = join(root, 'apps/demo')
const read = (document: string) => readFileSync(join(root, document), 'utf8')
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name.replaceAll('\\', '/')}`)
/** The packages have READMEs of their own, and so do the apps that one of them makes. */
const readmes = ['packages', 'packages/create-dogear/templates'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`),
)

/** The code blocks of a document, by the file they name: ```ts file=lib/server.ts */
function filesIn(document: string): Map<string, string> {
  const blocks = read(document).matchAll(/^```tsx? file=(\S+)\n([\s\S]*?)^```$/gm)
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]))
}

const example = filesIn('README.md')
const others = ['CONTRIBUTING.md', 'SECURITY.md', ...readmes].filter((document) => existsSync(join(root, document)))
const documents = ['README.md', ...others, ...pages]

test.each(documents)('names the file of every code block in %s, so that all of them compile', (document) => {
  const blocks = [...read(document).matchAll(/^```(?:tsx?|jsx?)\b.*$/gm)].map(([fence]) => fence)
  expect(blocks).toHaveLength(filesIn(document).size)
})

test('compiles every one of them as it stands', { timeout: 60_000 }, async () => {
  // Inside the demo, because that is an app that has what an app needs.
  const folder = mkdtempSync(join(demo, '.readme-'))
  try {
    for (const document of documents) {
      // A page goes on where the README ends: a file it imports and does not show is the one of the README.
      for (const [name, code] of [...example, ...filesIn(document)]) {
        const file = join(folder, document, name)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, code)
      }
    }
    const config = {
      extends: '../../../tsconfig.base.json',
      compilerOptions: {
        noEmit: true,
        lib: ['ES2023', 'ES2024.String', 'DOM', 'DOM.Iterable'],
        types: ['node', 'react'],
      },
      files: documents.flatMap((document) => [...filesIn(document).keys()].map((name) => join(document, name))),
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

/** The names in the first column of a table, by its heading. */
function tableOf(document: string, heading: string): string[] {
  const [, section = ''] = read(document).split(`## ${heading}\n`)
  const rows = section.split('\n## ')[0]?.match(/^\| `.*?\|/gm) ?? []
  return rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)).sort()
}

test("lists every entry and every command in the package's README", () => {
  const { exports } = JSON.parse(read('packages/dogear/package.json'))
  const entries = Object.keys(exports).map((entry) => entry.replace('.', 'dogear'))
  const commands = readdirSync(join(root, 'packages/dogear/src/cli/commands')).map((file) => file.replace('.ts', ''))
  expect(tableOf('packages/dogear/README.md', 'Entries')).toEqual(entries.sort())
  expect(tableOf('packages/dogear/README.md', 'Commands')).toEqual(commands.map((name) => `dogear ${name}`).sort())
})

test('has no page in docs that the README does not link to', () => {
  const links = [...read('README.md').matchAll(/\]\((docs\/[^)]+)\)/g)].map(([, page]) => page)
  // Those of errors are behind the page that lists them.
  expect(links.sort()).toEqual(pages.filter((page) => !page.startsWith('docs/errors/')).sort())
})

test('takes as many lines as it says, and less than twenty, from a webhook to the page that follows', () => {
  const route = filesIn('docs/webhooks.md').get('app/api/payments/route.ts') ?? ''
  const lines = route.split('\n').filter((line) => line.trim() !== '').length
  expect(read('docs/webhooks.md')).toContain(`this is all there is to write: ${lines} lines.`)
  expect(lines).toBeGreaterThan(5)
  // One more declares the events in the flow.
  expect(lines + 1).toBeLessThan(20)
})
