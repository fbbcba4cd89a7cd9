// Conformance: a read returns exactly what was written.

import { expect } from 'vitest'
import type { Store } from '../store.ts'
import { at, bytesOf, type Case, create, entry, minute, readRecord, textOf, weirdStrings } from './bench.ts'

export const records: Case[] = [
  {
    title: 'finds nothing under an id that was never written',
    async run({ store }) {
      expect(await store.read('nobody')).toBeUndefined()
      expect(await store.read('nobody', at(1))).toBeUndefined()
    },
  },
  {
    title: 'reads back the bytes and the position that were committed',
    async run({ store }) {
      expect(await store.commit('a', 0, entry(1, 'one'))).toMatchObject({ committed: true })
      expect(await store.read('a')).toEqual({ bytes: bytesOf('one'), position: at(1) })
      expect(await store.commit('a', at(1), entry(2, 'two'))).toMatchObject({ committed: true })
      expect(await store.read('a')).toEqual({ bytes: bytesOf('two'), position: at(2) })
    },
  },
  {
    title: 'keeps any bytes as they are: none, all values',
    run: ({ store }) =>
      keepsBytes(store, [
        new Uint8Array(0),
        Uint8Array.from({ length: 256 }, (_, i) => i),
        Uint8Array.from({ length: 256 }, (_, i) => 255 - i),
        bytesOf('\r\n$3\r\nfoo\r\n'),
        Uint8Array.from({ length: 256 * 1024 }, (_, i) => (i * 31 + (i >> 8)) % 256),
      ]),
  },
  {
    title: 'keeps a megabyte as it is',
    run: ({ store }) =>
      keepsBytes(store, [Uint8Array.from({ length: 1024 * 1024 }, (_, i) => (i * 31 + (i >> 8)) % 256)]),
  },
  {
    title: 'writes a part of a larger buffer, and only that part',
    async run({ store }) {
      const whole = bytesOf('secret|record|secret')
      await create(store, 'a', { bytes: whole.subarray(7, 13) })
      expect(textOf(await store.read('a'))).toBe('record')
    },
  },
  {
    title: 'shares no bytes with its callers',
    async run({ store }) {
      const given = bytesOf('original')
      await create(store, 'a', { bytes: given })
      given.fill(0)
      const first = await readRecord(store, 'a')
      expect(textOf(first)).toBe('original')
      first.bytes.fill(0)
      first.position.revision = 99
      expect(await store.read('a')).toEqual({ bytes: bytesOf('original'), position: at(1) })
    },
  },
  {
    title: 'takes any string as an id',
    async run({ store }) {
      const due = (await store.now()) - minute
      for (const [i, id] of weirdStrings.entries())
        await create(store, id, { bytes: bytesOf(`weird ${i}`), dueAt: due + i })
      for (const [i, id] of weirdStrings.entries())
        expect(textOf(await store.read(id)), JSON.stringify(id)).toBe(`weird ${i}`)
      const claimed = await store.claimDue(100, minute)
      expect(claimed.map(({ id }) => id)).toEqual(weirdStrings)
      for (const id of weirdStrings) expect(await store.remove(id, minute), JSON.stringify(id)).toBe(true)
    },
  },
  {
    title: 'keeps sessions apart',
    async run({ store }) {
      await create(store, 'a')
      await create(store, 'b')
      await store.commit('a', at(1), entry(2, 'a moved on'))
      await store.remove('b', minute)
      expect(textOf(await store.read('a'))).toBe('a moved on')
      expect(await store.read('b')).toBe('removed')
      expect(await store.read('A')).toBeUndefined()
      expect(await store.read('a ')).toBeUndefined()
    },
  },
  {
    title: 'says unchanged for exactly the position it holds',
    async run({ store }) {
      await store.commit('a', 0, entry(1, 'one', { epoch: 3 }))
      await store.commit('a', at(1, 3), entry(2, 'two', { epoch: 3 }))
      expect(await store.read('a', at(2, 3))).toBe('unchanged')
      for (const known of [at(1, 3), at(3, 3), at(2, 2), at(2), { ...at(2, 3), mark: 'another0' }]) {
        expect(textOf(await store.read('a', known)), JSON.stringify(known)).toBe('two')
      }
      await store.remove('a', minute)
      expect(await store.read('a', at(2, 3))).toBe('removed')
      expect(await store.read('a', at(0))).toBe('removed')
    },
  },
  {
    title: 'keeps positions of billions exact',
    async run({ store }) {
      const position = at(2 ** 40 + 3, 2 ** 40 + 1)
      await store.commit('a', 0, entry(position.revision, 'far', { epoch: position.epoch }))
      expect((await readRecord(store, 'a')).position).toEqual(position)
      expect(await store.read('a', { ...position, revision: position.revision - 1 })).not.toBe('unchanged')
      const next = entry(position.revision + 1, 'farther', { epoch: position.epoch })
      expect(await store.commit('a', position, next)).toMatchObject({ committed: true })
    },
  },
]

/** Each sample is read back as it was written, also as the winner of a commit that is lost. */
async function keepsBytes(store: Store, samples: readonly Uint8Array[]): Promise<void> {
  for (const [i, bytes] of samples.entries()) {
    await create(store, `bytes-${i}`, { bytes })
    const record = await readRecord(store, `bytes-${i}`)
    expect(Buffer.compare(record.bytes, bytes), `sample ${i}`).toBe(0)
    const lost = await store.commit(`bytes-${i}`, 0, entry(1))
    const current = 'current' in lost && typeof lost.current === 'object' ? lost.current.bytes : undefined
    expect(current && Buffer.compare(current, bytes), `sample ${i} as the winner`).toBe(0)
  }
}
