// The exchanges that were moved out of a session: pages that lead to each other, for that session alone.

import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeShelf } from './assistant.fixture.ts'
import { readMovedIn, writeMoved } from './moved.ts'

const session = 'ada-------'
const document = `${session}${'d'.repeat(22)}`
const said = (id: number) => ({ id, question: `Question ${id}?`, answer: `Answer ${id}.`, passages: [1] })

let made: ReturnType<typeof makeShelf>
beforeEach(() => {
  made = makeShelf()
})
afterEach(() => made.remove())

const write = (effectId: string, ids: number[], previous: string | null) =>
  writeMoved(made.shelf.beside, { document, session, effectId, exchanges: ids.map(said), previous })
const read = async (page: string, limit: number, as = session) => {
  const { exchanges, next } = await readMovedIn(made.shelf.beside, { page, session: as, limit })
  return { ids: exchanges.map(({ id }) => id), next }
}

it('are read newest first, page by page', async () => {
  const first = await write('ada.condense.1', [1, 2, 3], null)
  const second = await write('ada.condense.2', [4, 5], first)
  const third = await write('ada.condense.3', [6], second)
  expect(await read(third, 1)).toEqual({ ids: [6], next: second })
  expect(await read(third, 2)).toEqual({ ids: [6, 5, 4], next: first })
  expect(await read(second, 100)).toEqual({ ids: [5, 4, 3, 2, 1], next: null })
})

it('are one page, however often the effect is tried, also at once', async () => {
  const pages = await Promise.all(Array.from({ length: 10 }, () => write('ada.condense.1', [1, 2], null)))
  expect(new Set(pages).size).toBe(1)
  expect(readdirSync(made.folder)).toEqual([`${pages[0]}.json`])
})

it('are not there for another session, nor under the name of another file', async () => {
  const page = await write('ada.condense.1', [1], null)
  const part = 'passages'
  await made.shelf.beside.write({ document, part }, session, { exchanges: [said(9)], previous: null })
  for (const [id, as] of [
    [page, 'eve-------'],
    [page, ''],
    [`${document}.${part}`, session],
    [`../${page}`, session],
    [document, session],
    ['', session],
  ] as const)
    expect(await read(id, 10, as)).toEqual({ ids: [], next: null })
})

it('are never written beside the document of another session', async () => {
  const foreign = { document, session: 'eve-------', effectId: 'eve.1', exchanges: [said(1)], previous: null }
  await expect(writeMoved(made.shelf.beside, foreign)).rejects.toThrow(TypeError)
  await made.shelf.beside.write({ document, part: 'passages' }, session, {})
  await made.shelf.beside.remove(document, 'eve-------')
  expect(readdirSync(made.folder)).toEqual([`${document}.passages.json`])
})
