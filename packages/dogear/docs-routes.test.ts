// The table of routes in the docs: it says what the server answers, and leaves nothing out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nameOf } from './src/http/browser/spot.ts'
import { belowFlow, matchRoute, type Table, topLevel } from './src/http/routes.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/routes.md'), 'utf8')
/** The methods of each path, in the order of the page, which may give one more than one row. */
const listed = new Map<string, string>()
for (const [, path = '', methods = ''] of page.matchAll(/^\| `(\/[^`]*)` \| ([A-Z, ]+) \| .+ \|$/gm))
  listed.set(path, [listed.get(path) ?? [], methods].flat().join(', '))
/** The name of the page for one of several sessions of a flow. */
const [keyed = ''] = page.match(/(?<=`)\w+@[\w-]+(?=`)/) ?? []

/** The routes of a table as the page writes them, a part that may be anything by any name. */
const written = (table: Table, above: string) =>
  table.map(({ pattern, methods }): [string, string] => [
    [above, ...pattern.map((part) => (part === '*' ? ':one' : part))].join('/') || '/',
    Object.keys(methods).join(', '),
  ])

it('lists every route with its methods, and no other', () => {
  const found = [...listed].map(([path, methods]) => [path.replace(/^(\/:flow\/.*):\w+$/, '$1:one'), methods])
  expect(found.sort()).toEqual([...written(topLevel, ''), ...written(belowFlow, '/:flow')].sort())
})

it.each([...listed].filter(([path]) => path.startsWith('/:flow')))('answers %s under a key, too', (path, methods) => {
  const route = matchRoute('', path.replace(':flow', keyed).replace(/:\w+$/, 'one'))
  expect(route && [nameOf(route), Object.keys(route.methods).join(', ')]).toEqual(['checkout@order-42', methods])
})
