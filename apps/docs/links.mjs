// Every link of a built site: the page it leads to, and the place on that page.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The links of the HTML files in `folder` that lead to nothing, as `page: link`. Links to other sites are left out. */
export function deadLinks(/** @type {string} */ folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
  const pages = new Map(files.map((name) => [pathOf(name), readFileSync(join(folder, name), 'utf8')]))
  const ids = new Map([...pages].map(([path, html]) => [path, new Set(all(html, /\sid="([^"]+)"/g))]))
  const leadsSomewhere = (/** @type {string} */ link, /** @type {string} */ from) => {
    const { pathname, hash } = new URL(link, `http://site${from}`)
    const there = ids.get(decodeURI(pathname))
    if (!there) return existsSync(join(folder, pathname))
    return hash === '' || there.has(decodeURIComponent(hash.slice(1)))
  }
  return [...pages].flatMap(([path, html]) =>
    all(html, /\s(?:href|src)="([^"]+)"/g)
      .filter((link) => !/^(https?:|mailto:|data:)/.test(link) && !leadsSomewhere(decoded(link), path))
      .map((link) => `${path}: ${link}`),
  )
}

const pathOf = (/** @type {string} */ name) =>
  `/${name.replaceAll('\\', '/').replace(/(^|\/)index\.html$|\.html$/, '$1')}`
const all = (/** @type {string} */ text, /** @type {RegExp} */ pattern) =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)
const decoded = (/** @type {string} */ link) => link.replaceAll('&amp;', '&')
