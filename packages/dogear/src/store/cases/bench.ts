// The bench of every conformance case: one empty store whose clock can be moved.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Position } from '../../wire.ts'
import type { Entry, Found, Store, Stored } from '../store.ts'

/**
 * An empty store to test. `another` is a store on the same data as another process would make one; without it, the
 * suite takes the same. `advance` moves its clock where that is possible; elsewhere the suite really waits, some
 * hundred milliseconds at a time. `patienceMs` is how long to wait for what a watcher has to be told. `close` is called
 * after every case, whether it passed or not.
 */
export type Bench = {
  store: Store
  another?: Store
  /** Lets time pass for the store, by `ms` milliseconds; without it the suite waits. */
  advance?(ms: number): void | Promise<void>
  patienceMs?: number
  /** Called after every case. */
  close?(): void | Promise<void>
}

/** One promise of the port, of its optional part `about` if that is given. `run` rejects if the store breaks it. */
export type Case = {
  title: string
  about?: 'watch' | 'backlog' | 'archive' | 'progress' | 'traces'
  run(bench: Bench): Promise<void>
}

export const minute = 60_000

/** Strings that a driver may have reason to stumble over, as ids and elsewhere. */
export const weirdStrings: readonly string[] = [
  '{}',
  ':',
  ' ',
  '',
  '{0}:s:a',
  'a b\tc\r\nd',
  "'; drop table sessions; --",
  '../../etc',
  '\u0000',
  '%00*?[a-z]',
  '👩‍🚀',
  'é',
  'e\u0301',
  '__proto__',
  'x'.repeat(1000),
]

/** Bytes that say `text`. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The text of a record, or what was found in its place. */
export function textOf(found: Found | 'unchanged'): string | undefined {
  return typeof found === 'object' ? new TextDecoder().decode(found.bytes) : found
}

/** The position of an `entry` at this revision. */
export function at(revision: number, epoch = 0): Position {
  return { epoch, revision, mark: String(revision).padStart(8, '0').slice(-8) }
}

/** An entry that says `text` and lives for a minute. Its mark is that of its revision unless `more` has another. */
export function entry(revision: number, text = `revision ${revision}`, more: Partial<Entry> = {}): Entry {
  return { bytes: bytesOf(text), ...at(revision), ttlMs: minute, ...more }
}

/** Creates a session at revision 1; fails if it exists. */
export async function create(store: Store, id: string, more: Partial<Entry> = {}): Promise<void> {
  const result = await store.commit(id, 0, entry(1, undefined, more))
  if (!result.committed) throw new Error(`"${id}" exists already`)
}

/** Resolves as soon as `look` is true, and rejects if it has not become so for as long as the bench is patient. */
export async function eventually({ patienceMs = 15_000 }: Bench, look: () => boolean): Promise<void> {
  const until = performance.now() + patienceMs
  while (!look()) {
    if (performance.now() > until) throw new Error(`it has not come to pass: ${look}`)
    await sleep(2)
  }
}

/** The record of `id`; fails if there is none. */
export async function readRecord(store: Store, id: string): Promise<Stored> {
  const found = await store.read(id)
  if (typeof found !== 'object') throw new Error(`"${id}" has no record: ${found}`)
  return found
}

/** Lets at least `ms` milliseconds pass on the store's clock. */
export async function pass({ store, advance }: Bench, ms: number): Promise<void> {
  if (advance) return advance(ms)
  const until = (await store.now()) + ms
  for (let now = 0; now <= until; now = await store.now())
    await sleep(Math.max(1, until - now > ms ? ms : until - now + 1))
}

/**
 * Runs `attempt` with a time span in milliseconds in which everything it does has to happen, and again with a longer
 * one when the machine was too slow for that: then its failure proves nothing about the store.
 */
export async function inTime(
  { store }: Bench,
  attempt: (spanMs: number, name: string) => Promise<void>,
): Promise<void> {
  for (let spanMs = 60; ; spanMs *= 3) {
    const began = await store.now()
    const name = `in-time-${spanMs}`
    const failure = await attempt(spanMs, name).then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    if (!failure) return
    const slow = (await store.now()) - began > spanMs
    if (!slow || spanMs > 5000) throw failure.error
  }
}
