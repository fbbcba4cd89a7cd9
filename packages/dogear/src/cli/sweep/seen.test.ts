// Ids that were noted are known again, none is taken for another, in memory of a fixed size.

import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createSeen } from './seen.ts'

const idOf = (nth: number): string => createHash('sha256').update(`${nth}`).digest('base64url')

it('knows each of 300,000 ids the second time, and none the first time', () => {
  const seen = createSeen()
  const ids = Array.from({ length: 300_000 }, (_, nth) => idOf(nth))
  expect(ids.filter((id) => !seen.add(id))).toEqual([])
  expect(ids.filter((id) => seen.add(id))).toEqual([])
})

it('tells ids apart that differ in one character, or in the order of two', () => {
  const seen = createSeen()
  const ids = ['', 'a', 'b', 'ab', 'ba', 'aa', 'copy0001', 'copy0010', 'copy0100', 'copy1000', '{}', '}{']
  expect(ids.map((id) => seen.add(id))).toEqual(ids.map(() => true))
  expect(ids.map((id) => seen.add(id))).toEqual(ids.map(() => false))
})

it('says of ids past a million that they are new, so that none is left out', () => {
  const seen = createSeen()
  for (let nth = 0; nth < 2 ** 20; nth++) seen.add(`session-${nth}`)
  expect(seen.add('one more')).toBe(true)
  expect(seen.add('one more')).toBe(true)
  expect(seen.add('session-7')).toBe(false)
})

it('goes on from what it has saved, with every id that it knew and no other', () => {
  const seen = createSeen()
  const ids = Array.from({ length: 10_000 }, (_, nth) => idOf(nth))
  for (const id of ids) seen.add(id)
  const later = createSeen(seen.save())
  expect(ids.filter((id) => later.add(id))).toEqual([])
  expect(later.add(idOf(-1))).toBe(true)
  expect(createSeen(createSeen().save()).add('')).toBe(true)
})
