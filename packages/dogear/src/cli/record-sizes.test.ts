// The sizes of records by flow: a record that grows with every turn is named, one that has its size is not.

import { describe, expect, it } from 'vitest'
import { checkSizes, type Sample } from './record-sizes.ts'

const maxBytes = () => 65_536
/** Sessions with 1 to `count` turns, of the size that `bytesAfter` gives. */
const sessions = (flow: string, count: number, bytesAfter: (turns: number) => number): Sample[] =>
  Array.from({ length: count }, (_, at) => ({ flow, turns: at + 1, bytes: bytesAfter(at + 1) }))

describe('checkSizes', () => {
  it('says the median of each flow', () => {
    const samples = [...sessions('b', 3, (turns) => 100 * turns), ...sessions('a', 1, () => 900)]
    expect(checkSizes(samples, maxBytes)).toEqual([
      { name: 'records', status: 'ok', detail: 'flow "a": 900 bytes in the median of 1 record' },
      { name: 'records', status: 'ok', detail: 'flow "b": 200 bytes in the median of 3 records' },
    ])
  })

  it('names a flow whose records grow with every turn, by how much, with advice', () => {
    const [check] = checkSizes(
      sessions('chat', 100, (turns) => 1_000 + 200 * turns),
      maxBytes,
    )
    expect(check).toMatchObject({
      status: 'warn',
      detail:
        'flow "chat": 11200 bytes in the median of 100 records; ' +
        'it grows: 9200 bytes after 41 turns, 17200 after 81',
      advice: expect.stringContaining('elsewhere'),
    })
  })

  it.each<[string, Sample[]]>([
    ['has its size, however many turns people take', sessions('form', 400, () => 9_000)],
    ['grows only as far as its bookkeeping does', sessions('form', 400, (turns) => 9_000 + 150 * Math.min(turns, 20))],
    ['grows, and is small all the same', sessions('form', 100, (turns) => 500 + 20 * turns)],
    ['has too few records to tell', sessions('form', 50, (turns) => 1_000 * turns)],
  ])('names no flow whose record %s', (_, samples) => {
    expect(checkSizes(samples, maxBytes)).toMatchObject([{ status: 'ok' }])
  })

  it('says nothing where there is no session', () => {
    expect(checkSizes([], maxBytes)).toEqual([])
  })
})
