// The Markdown of the repository as a site shows it: links that lead to its pages, diagrams as pictures.
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { renderMermaidSVG } from 'beautiful-mermaid'
import { allDocs } from '../../../packages/dogear/docs.mjs'

const root = resolve(import.meta.dirname, '../../..')
const reference = 'apps/docs/api/'
const docs = new Map([...allDocs()].map(([name, file]) => [file, name]))

/** The path of a page in the site, by its file in the repository; undefined for a file that is no page. */
export function sitePath(/** @type {string} */ file) {
  if (file === 'README.md') return 'index.md'
  if (file.startsWith(reference)) return file.replace(reference, 'api/')
  return file.endsWith('.md') ? docs.get(file) : undefined
}

/** @param {import('vitepress').MarkdownRenderer} md */
export function extend(md) {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const from = dirname(env.realPath ?? env.path)
    for (const token of tokens.flatMap(({ children }) => children ?? []))
      if (token.type === 'link_open') lead(token, from)
  })
  const { fence } = md.renderer.rules
  md.renderer.rules.fence = (tokens, index, ...others) => {
    const { info = '', content = '' } = tokens[index] ?? {}
    return info === 'mermaid' ? diagram(content) : (fence?.(tokens, index, ...others) ?? '')
  }
}

/**
 * Links of the repository lead to pages of the site. A link to a file that has no page, such as the licence, is text.
 *
 * @param {ReturnType<import('vitepress').MarkdownRenderer['parse']>[number]} link
 * @param {string} from the folder of the page
 */
function lead(link, from) {
  const [, target = '', hash = ''] = /^([^#]*)(#.*)?$/.exec(link.attrGet('href') ?? '') ?? []
  if (target === '' || /^[a-z]+:/.test(target)) return
  const file = relative(root, join(from, target)).replaceAll('\\', '/')
  const page = sitePath(file)
  if (page) link.attrSet('href', `/${page.replace(/(^index)?\.md$/, '')}${hash}`)
  else if (existsSync(join(root, file))) link.attrs = [['class', 'file']]
}

/**
 * A diagram in the colours of the page; `--drawn` is the width at which it was drawn. A template of Vue takes no
 * `style`, and no page loads foreign fonts.
 */
function diagram(/** @type {string} */ text) {
  const colours = { bg: 'var(--vp-c-bg)', fg: 'var(--vp-c-text-1)', transparent: true, padding: 8 }
  const svg = renderMermaidSVG(text, colours)
    .replace(/@import.*;/, '')
    .replace(/(<svg[^>]* width="([\d.]+)"[^>]* style=")/, '$1--drawn:$2px;')
  return `<figure>${svg.replace('<style>', '<component is="style">').replace('</style>', '</component>')}</figure>`
}
