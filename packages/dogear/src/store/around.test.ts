// The wrapper of stores leaves no member out; the store answers what goes through it.

import { describe, expect, it } from 'vitest'
import type { Archive } from './archive.ts'
import { around, type Run } from './around.ts'
import { at } from './cases/bench.ts'
import { testStore } from './conformance.ts'

import { memoryStore } from './memory.ts'
import type { Store } from './store.ts'

const straight: Run = (request) => request()

testStore({
  name: 'a wrapped memoryStore',
  make: () => around(memoryStore(), straight),
  skip: { archive: 'an archive is not wrapped' },
})

describe('a wrapped store', () => {
  // `Required`, so that a new member of the port does not compile here until it is decided whether it is wrapped.
  const { put: _, get: __, ...memory } = memoryStore() as Archive & Required<Store>
  const whole: Required<Store> = { ...memory, durability: 'archived' }
  const members = (store: Store) => [...Object.keys(store), ...Object.keys(store.directory)].sort()

  it('has every member of the port, and no other', () => {
    expect(members(around(whole, straight))).toEqual(members(whole))
    const { durability: _, watch: __, diagnose: ___, ...least } = whole
    expect(members(around(least, straight))).toEqual(members(least))
  })

  it('makes every request through the function, by its name; a scan, a watch and a diagnosis are none', async () => {
    const names: string[] = []
    const store = around(whole, (request, name) => {
      names.push(name)
      return request()
    })
    const { directory } = store
    await Promise.all([
      store.read('a'),
      store.remove('a', 1),
      store.claimDue(1, 1),
      store.defer('a', 1, 1),
      store.now(),
    ])
    await store.hold('a', 'k', 't', 1)
    await store.commit('b', 0, { bytes: Uint8Array.of(1), ...at(1), ttlMs: 1 })
    await Promise.all([directory.add('o', 'a', 1), directory.list('o', 1), directory.drop('o', 'a')])
    await Promise.all([directory.putCode('c', 'v', 1), directory.tryCode('c', 1), directory.dropCode('c')])
    store.watch?.('a', () => {})()
    await Promise.all([store.scan(undefined, 1), store.diagnose?.()])
    expect(names).toEqual([
      ...['read', 'remove', 'claimDue', 'defer', 'now', 'hold', 'commit'],
      ...['add', 'list', 'drop', 'putCode', 'tryCode', 'dropCode'],
    ])
  })

  it('keeps the methods of a store that is an instance of a class', async () => {
    class Late {
      readonly name = 'late'
      readonly #inner = memoryStore()
      readonly directory = this.#inner.directory
      read: Store['read'] = (id) => this.#inner.read(id)
      commit: Store['commit'] = (...args) => this.#inner.commit(...args)
      remove: Store['remove'] = (...args) => this.#inner.remove(...args)
      claimDue: Store['claimDue'] = (...args) => this.#inner.claimDue(...args)
      hold: Store['hold'] = (...args) => this.#inner.hold(...args)
      defer: Store['defer'] = (...args) => this.#inner.defer(...args)
      now(): Promise<number> {
        return this.#inner.now()
      }
      scan(cursor: string | undefined, limit: number): ReturnType<Store['scan']> {
        return this.#inner.scan(cursor, limit)
      }
      watch(...args: Parameters<NonNullable<Store['watch']>>): () => void {
        return this.#inner.watch?.(...args) ?? (() => {})
      }
    }
    const { now, scan, watch } = around(new Late(), straight)
    expect(await now()).toBeTypeOf('number')
    expect(await scan(undefined, 1)).toMatchObject({ found: [] })
    expect(watch?.('a', () => {})).toBeTypeOf('function')
  })
})
