// The alarms of the doctor and the page that says what each of them means.

import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { docsUrl } from '../errors.ts'
import { guideTo } from './alarms.ts'

const source = resolve(import.meta.dirname, '..')
const root = resolve(source, '../../..')

/** The file behind a URL of the docs, which are packed as they are. */
function textAt(page: string): string {
  expect(page.startsWith(`${docsUrl}/`)).toBe(true)
  return readFileSync(join(root, 'docs', page.slice(docsUrl.length)), 'utf8')
}

/** The names of all checks, as the source spells them. */
function namesInSource(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ts$/.test(file))
  const alarms = files
    .filter((file) => !/\.test\.ts$|planted|fixture/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(source, file), 'utf8')
      if (!/\bCheck\b/.test(text) || (!text.includes('store/store.ts') && !text.includes('./store.ts'))) return []
      const said = text.matchAll(/(?:\b(?:warn|fail|ok|unseen|looked)\(\[?|\bconst name = |\{ name: )'([a-z-]+)'/g)
      return [...said].map(([, name = '']) => name)
    })
  return [...new Set(alarms)].sort()
}

it('every alarm of the doctor leads to a place in the docs, and every such place to an alarm', () => {
  const names = namesInSource()
  expect(names).toEqual(
    expect.arrayContaining(['reachable', 'eviction', 'dead-rows', 'backups', 'records', 'diagnose']),
  )
  const places = new Set<string>()
  for (const name of names) {
    const [page = '', place = ''] = guideTo({ name }).split('#')
    expect(textAt(page), name).toContain(`<a id="${place}"></a>\`${name}\``)
    places.add(place)
  }
  const [page = ''] = guideTo({ name: '' }).split('#')
  const there = [...textAt(page).matchAll(/<a id="(alarm-[^"]+)">/g)].map(([, id]) => id)
  expect([...there].sort()).toEqual([...places].sort())
})

it('an alarm of the archive leads where the one of a store does', () => {
  expect(guideTo({ name: 'archive schema' })).toBe(guideTo({ name: 'schema' }))
})
