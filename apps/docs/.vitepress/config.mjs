// The site of the docs: the README, the guides and the API reference, rendered from where they are.
import { resolve } from 'node:path'
import { defineConfig } from 'vitepress'
import { errorCodes, guides } from '../../../packages/dogear/docs.mjs'
import { entries } from '../reference.mjs'
import { extend, sitePath } from './markdown.mjs'
import { searchOptions } from './search.mjs'

const sidebar = [
  { text: 'Overview', link: '/' },
  ...guides().map(({ group, pages }) => ({
    text: group,
    collapsed: false,
    items: pages.map(({ title, page }) => ({ text: title, link: `/${page.replace('.md', '')}` })),
  })),
  { text: 'API', collapsed: true, items: entries.map((entry) => ({ text: entry, link: `/api/${entry}` })) },
  {
    text: 'Error codes',
    collapsed: true,
    items: errorCodes().map((code) => ({ text: code, link: `/errors/${code}` })),
  },
]

/**
 * The pages lie outside this package, where its dependencies are not found.
 *
 * @type {NonNullable<NonNullable<import('vitepress').UserConfig['vite']>['plugins']>[number]}
 */
const vueOfThisPackage = {
  name: 'vue-of-this-package',
  enforce: 'pre',
  resolveId(id) {
    return /^vue($|\/)/.test(id) ? this.resolve(id, import.meta.filename, { skipSelf: true }) : undefined
  },
}

export default defineConfig({
  title: 'Dogear',
  description: 'Keeps a person’s place in a multi-step flow.',
  lang: 'en',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: resolve(import.meta.dirname, '../../..'),
  srcExclude: ['{packages,e2e,faults,bench,scripts}/**', 'apps/!(docs)/**', 'apps/docs/!(api)/**', '**/dist/**'],
  outDir: resolve(import.meta.dirname, '../dist'),
  cacheDir: resolve(import.meta.dirname, 'cache'),
  rewrites: (file) => sitePath(file) ?? file,
  cleanUrls: true,
  markdown: { config: extend },
  // The index of the search is one file, loaded by the first search.
  vite: { plugins: [vueOfThisPackage], build: { chunkSizeWarningLimit: 1000 } },
  themeConfig: {
    search: { provider: 'local', options: { miniSearch: { searchOptions } } },
    outline: [2, 3],
    nav: [
      { text: 'Guides', link: '/first-flow', activeMatch: '^/(?!api/|errors)' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
      { text: 'Errors', link: '/errors', activeMatch: '^/errors' },
    ],
    sidebar,
  },
})
