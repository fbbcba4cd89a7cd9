// The source files of the whole repository, for the tests about them.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { importsOf } from './imports-of.ts'

/** `name` is the path from the root of the repository, with slashes. */
export type Source = { name: string; text: string }

const root = resolve(import.meta.dirname, '../..')
const folders = ['packages', 'apps', 'e2e', 'faults', 'bench', 'scripts']
// Installed, built or made by a test that runs at this moment.
const skipped = /^(node_modules|dist|test-results|playwright-report|dogear\.lock|next-env\.d\.ts|\..*)$|\.gen\.ts$/

/** Every file of code, the generated ones left out. */
export function readTree(below: readonly string[] = folders): Source[] {
  return below.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const name = `${folder}/${entry.name}`
      if (skipped.test(entry.name)) return []
      if (entry.isDirectory()) return readTree([name])
      return /\.(ts|tsx|mjs|lua|sql|css)$/.test(name) ? [{ name, text: readFileSync(join(root, name), 'utf8') }] : []
    }),
  )
}

/** Comments that stand alone or end a line. Line comments one below the other are one comment. */
export function commentsOf({ name, text }: Source): string[] {
  const mark = new RegExp(`(?:^|\\s)${/\.(lua|sql)$/.test(name) ? '--' : '//'} ?(.*)$`)
  const blocks = text.matchAll(/(?:^|[{\s])\/\*\*?([\s\S]*?)\*\//g)
  const comments = [...blocks].map(([, body = '']) => body.replace(/^\s*\* ?/gm, ''))
  let above = false
  for (const line of text.split('\n')) {
    const found = mark.exec(line)
    const before = line.slice(0, found?.index)
    const alone = found !== null && before.trim() === ''
    if (alone && above) comments.push(`${comments.pop()} ${found[1]}`)
    else if (found && !/['"`]/.test(before)) comments.push(found[1] ?? '')
    above = alone
  }
  return comments.map((comment) => comment.replace(/\s+/g, ' ').trim())
}

/** Those of `names` that `code` declares or reaches: not words in the text of a page, not keys of a list of texts. */
export function namesIn(code: string, names: readonly string[]): string[] {
  const name = `(${names.join('|')})(?![\\w-])(?!: '')`
  const places = `\\b(?:const|let|function|type|interface) |[.{,([]\\s*|^\\s*(?=\\w+[?(:])`
  const found = code.matchAll(new RegExp(`(?:${places})${name}`, 'gm'))
  return [...new Set([...found].map(([, one = '']) => one))]
}

/** The code without comments or the text of strings. */
export function codeOf({ text }: Source): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''")
    .replace(/`[^`$]*`/g, "''")
}

/** The files each file imports, for values or types. Packages of others are left out. */
export function importGraph(files: readonly Source[]): Map<string, string[]> {
  const known = new Set(files.map(({ name }) => name))
  const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'))
  const entries: Record<string, string> = read('packages/dogear/package.json').exports
  const aliases: Record<string, string> = read('apps/demo/package.json').imports ?? {}
  const toFile = (from: string, specifier: string): string => {
    if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
    if (specifier.startsWith('#')) return posix.join('apps/demo', aliases[specifier] ?? '')
    return posix.join('packages/dogear', entries[specifier.replace(/^dogear/, '.')] ?? '')
  }
  return new Map(
    files.map(({ name, text }) => [
      name,
      importsOf(text)
        .map(({ from }) => toFile(name, from))
        .filter((file) => known.has(file)),
    ]),
  )
}

/** One circle of every group of files that import each other, as `a -> b -> a`. */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const finished = new Set<string>()
  const circles: string[] = []
  function visit(file: string, path: readonly string[]): void {
    const start = path.indexOf(file)
    if (start >= 0) circles.push([...path.slice(start), file].join(' -> '))
    if (start >= 0 || finished.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    finished.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return circles
}
