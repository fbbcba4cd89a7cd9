// The docs as a whole: pages of errors, navigation, links, the list for language models.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorCodes, guides, llmsText, meaningOf, writeDocs } from './docs.mjs'
import { DogearError, errorPage, httpStatus } from './src/errors.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The codes that problems are made with, beside those of a `DogearError`. */
function codesOfProblems(): string[] {
  const files = ['http/problem.ts', 'client/request.ts', 'next/route-handlers.ts']
  const made = files.flatMap((file) => [
    ...read(`packages/dogear/src/${file}`).matchAll(/(?:\bproblem(?:Of)?\(|\berrorPage\()(.+)/g),
  ])
  return made.flatMap(([, given = '']) => [...given.matchAll(/'([a-z]+(?:_[a-z]+)*)'/g)].map(([, code = '']) => code))
}
const codes = [...new Set([...Object.keys(httpStatus), ...codesOfProblems()])].sort()

describe('errors', () => {
  it('have a page for every code in the source, and none for others', () => {
    expect(codes).toEqual(expect.arrayContaining(['internal', 'offline', 'wrong_url', 'stale_step']))
    expect(errorCodes().sort()).toEqual(codes)
  })

  it.each(codes)('tell of %s its meaning, status, cause, what a person sees, what to do', (code) => {
    const page = read(`docs/errors/${code}.md`)
    const status = httpStatus[code as keyof typeof httpStatus] ?? (code === 'internal' ? 500 : undefined)
    expect(page).toMatch(new RegExp(`^# ${code}\n\n.+\\.\n\nHTTP status: ${status ?? 'none, made in the browser'}\n`))
    expect(page.match(/^## .+$/gm)).toEqual(['## Cause', '## What a person sees', '## What to do'])
    const row = `| [\`${code}\`](errors/${code}.md) | ${status ?? '–'} | ${meaningOf(code)} |`
    expect(read('docs/errors.md')).toContain(row)
  })

  it('lie in the package where the type of a problem and the help of an error say', () => {
    const { files, name } = JSON.parse(read('packages/dogear/package.json'))
    expect(errorPage('stale_step')).toBe(`https://unpkg.com/${name}/docs/errors/stale_step.md`)
    expect(files).toContain('docs')
    expect(new DogearError('stale_step', 'No.').help).toBe(errorPage('stale_step'))
  })
})

describe('the guides', () => {
  it('are all in the navigation, once, each with its subject', () => {
    const all = guides().flatMap(({ pages }) => pages)
    const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
    expect(all.map(({ page }) => page).sort()).toEqual(pages.sort())
    expect(guides().every(({ pages: ofGroup }) => ofGroup.length > 0)).toBe(true)
    for (const { page, subject } of all) {
      expect(read(`docs/${page}`), page).toMatch(/^# .+\n\n/)
      expect(subject, page).not.toBe('')
    }
  })

  it('are all in llms.txt, with every error, by links that lead there from the folder of the package', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dogear-docs-'))
    try {
      writeDocs(join(folder, 'docs'))
      const text = readFileSync(join(folder, 'docs/llms.txt'), 'utf8')
      expect(text).toBe(llmsText())
      expect(text).toMatch(/^# Dogear\n\n> .+\n/)
      const links = [...text.matchAll(/^- \[.+?\]\((\S+)\): .+$/gm)].map(([, link = '']) => link)
      const written = readdirSync(join(folder, 'docs'), { recursive: true, encoding: 'utf8' })
      const expected = written.filter((name) => name.endsWith('.md') && !/^(CONTRIBUTING|SECURITY)/.test(name))
      expect(links.sort()).toEqual(expected.sort())
      // On a disk that knows no capitals one would replace the other.
      expect(new Set(written.map((name) => name.toLowerCase())).size).toBe(written.length)
      for (const name of written.filter((file) => file.endsWith('.md'))) deadLinksIn(join(folder, 'docs', name))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** Expects every link of a file to lead to one that is there; the licence lies beside the packed docs. */
function deadLinksIn(file: string): void {
  const links = readFileSync(file, 'utf8')
    .replace(/^```[\s\S]*?^```$/gm, '')
    .matchAll(/\]\(([^)#\s]+)[^)\s]*\)/g)
  const dead = [...links]
    .map(([, link = '']) => link)
    .filter((link) => !/^(https?:|\.\.\/LICENSE$)/.test(link) && !existsSync(resolve(dirname(file), link)))
  expect(dead, file).toEqual([])
}
