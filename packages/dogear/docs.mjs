// The docs for readers without a repository: those of the package, and of machines that begin at llms.txt.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const read = (/** @type {string} */ file) => readFileSync(join(root, file), 'utf8')
const atRoot = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']

/** @typedef {{ title: string, page: string, subject: string }} Guide `page` is the file below docs. */

/** The guides by their groups, in the order of the README, which is the one list of them. */
export function guides() {
  const [, tables = ''] = /^## Guides\n([\s\S]*?)^## /m.exec(read('README.md')) ?? []
  return [...tables.matchAll(/^### (.+)\n([\s\S]*?)(?=^### |(?![\s\S]))/gm)].map(([, group = '', table = '']) => ({
    group,
    pages: [...table.matchAll(/^\| \[(.+?)\]\(docs\/(\S+)\) \| (.*) \|$/gm)].map(
      ([, title = '', page = '', subject = '']) => /** @type {Guide} */ ({ title, page, subject }),
    ),
  }))
}

/** The codes of errors, each with a page of its own. */
export const errorCodes = () => readdirSync(join(root, 'docs/errors')).map((name) => name.replace('.md', ''))

/** The files of all docs, by their path once they lie in one folder: the README beside the guides. */
export function allDocs() {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(md|svg)$/.test(name))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
  return new Map([...atRoot, ...below].map((file) => [file.replace(/^docs\//, ''), file]))
}

/** The list of all pages for language models (llmstxt.org), beside the docs in one folder. */
export function llmsText() {
  const readme = read('README.md')
  const summary = /^\*\*([\s\S]+?)\*\*$/m.exec(readme)?.[1]?.replace(/\s+/g, ' ')
  const groups = guides().map(({ group, pages }) => {
    return `## ${group}\n\n${pages.map(({ title, page, subject }) => `- [${title}](${page}): ${subject}`).join('\n')}\n`
  })
  const errors = errorCodes().map((code) => `- [${code}](errors/${code}.md): ${meaningOf(code)}`)
  const whole = '- [README](README.md): a complete app in Next, guarantees and limits, glossary'
  const intro = `# Dogear\n\n> ${summary}\n\n${whole}\n`
  return [intro, ...groups, `## Errors\n\n${errors.join('\n')}\n`].join('\n')
}

/** The first sentence of the page of an error. */
export const meaningOf = (/** @type {string} */ code) => read(`docs/errors/${code}.md`).split('\n')[2] ?? ''

/** Writes all docs and llms.txt into `folder`, whose links then lead to each other; anything else there is removed. */
export function writeDocs(/** @type {string} */ folder) {
  rmSync(folder, { recursive: true, force: true })
  const files = [...allDocs()].map(([name, file]) => [name, flat(file, read(file))])
  for (const [name = '', text = ''] of [...files, ['llms.txt', llmsText()]]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** The text with its links as they are once README and guides lie in one folder. */
function flat(/** @type {string} */ file, /** @type {string} */ text) {
  if (atRoot.includes(file)) return text.replaceAll('](docs/', '](').replaceAll('](LICENSE)', '](../LICENSE)')
  return dirname(file) === 'docs' ? text.replaceAll('](../', '](') : text
}
