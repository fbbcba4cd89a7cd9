// Conformance: a store does what a few lines of plain data do, under any sequence of calls.

import { expect } from 'vitest'
import { samePosition } from '../../position.ts'
import type { Position } from '../../wire.ts'
import type { Due, Entry, Found, Store } from '../store.ts'
import { at, entry, minute } from './bench.ts'

/** One call: which operation, on which session, and a number that varies it. Natural numbers, any will do. */
export type Step = readonly [operation: number, session: number, variant: number]

/** `hidden` until this time by a claim or since one was given back; nothing hides it without. */
type Row = { position: Position; entry: Entry; hidden?: number }

/** The mark of a commit that no store holds. */
const lost = { mark: 'lost0000' }

type Call = { id: string; variant: number; step: number }

/**
 * Makes the calls one after another and compares every answer with the model's. Rejects at the first difference.
 *
 * Meant for a property-based test: `fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()))` generates steps. `store` must be
 * empty. Nothing expires on the way: time has its own cases.
 */
export async function agreesWithModel(store: Store, steps: readonly Step[]): Promise<void> {
  const rows = new Map<string, Row | 'removed'>()
  const now = await store.now()

  const operations: ((call: Call) => Promise<void>)[] = [
    async ({ id, step }) => {
      expect(await store.read(id), `read in step ${step}`).toEqual(found(rows.get(id)))
    },

    async ({ id, variant, step }) => {
      const row = rows.get(id)
      const position = typeof row === 'object' ? row.position : at(1)
      const known = { ...position, ...[{}, { epoch: variant % 2 }, { revision: variant % 3 }, lost][variant % 4] }
      const same = typeof row === 'object' && samePosition(row.position, known)
      const answer = await store.read(id, known)
      expect(answer, `read with a known position in step ${step}`).toEqual(same ? 'unchanged' : found(row))
    },

    async ({ id, variant, step }) => {
      if (variant % 4 > 0) return
      expect(await store.remove(id, minute), `remove in step ${step}`).toBe(typeof rows.get(id) === 'object')
      rows.set(id, 'removed')
    },

    async ({ id, variant, step }) => {
      const except = new Set(variant % 4 > 0 ? [] : [id])
      const taken = dueAmong(rows, now)
        .filter((due) => !except.has(due.id))
        .slice(0, variant % 3)
      const claimed = await store.claimDue(variant % 3, minute, except)
      expect(claimed, `claim in step ${step}`).toMatchObject(taken.map(({ id, dueAt }) => ({ id, dueAt })))
      for (const [i, { row }] of taken.entries()) row.hidden = claimed[i]?.leaseUntil ?? 0
    },

    async ({ id, variant, step }) => {
      const row = rows.get(id)
      const record = typeof row === 'object' ? row : undefined
      const at = variant % 3 > 0 ? now - 2 * minute - step : now + minute + step
      const claim = variant % 4 > 0 ? record?.hidden : now
      const given = await store.defer(id, at, claim ?? now)
      expect(given, `defer in step ${step}`).toBe(claim !== undefined && claim === record?.hidden)
      if (given && record) record.hidden = at
    },
  ]

  async function commit({ id, variant, step }: Call): Promise<void> {
    const row = rows.get(id)
    const record = typeof row === 'object' ? row : undefined
    const { revision, epoch } = record?.position ?? { revision: 0, epoch: 0 }
    const other = [{ revision: variant % 4 }, { epoch: 1 }, lost][variant % 5] ?? {}
    const given = { ...(record?.position ?? at(revision)), ...other }
    const expected = given.revision === 0 ? 0 : given
    const dueAt = [undefined, now - minute + step, now + minute + step][variant % 3]
    const position = { ...at(given.revision + 1, epoch), mark: at(step).mark }
    const written = { ...entry(1, `step ${step}`, position), ...(dueAt !== undefined && { dueAt }) }
    const wins = expected === 0 ? row === undefined : record !== undefined && samePosition(record.position, expected)
    const result = await store.commit(id, expected, written)
    const { committed, ...rest } = result
    expect(committed, `commit in step ${step}`).toBe(wins)
    if (!wins) expect(rest, `commit in step ${step}`).toEqual({ current: found(row) })
    if (wins) rows.set(id, { position, entry: written })
  }

  for (const [step, [operation, session, variant]] of steps.entries()) {
    // Half of all calls write: an untouched store agrees with anything.
    const run = operations[operation % (2 * operations.length)] ?? commit
    await run({ id: `session-${session % 4}`, variant, step })
  }
}

function found(row: Row | 'removed' | undefined): Found {
  if (typeof row !== 'object') return row
  return { bytes: row.entry.bytes, position: row.position }
}

function dueAmong(rows: Map<string, Row | 'removed'>, now: number): (Pick<Due, 'id' | 'dueAt'> & { row: Row })[] {
  const since = ({ entry: { dueAt }, hidden }: Row): number => hidden ?? dueAt ?? 0
  return [...rows]
    .flatMap(([id, row]) => {
      if (row === 'removed' || row.entry.dueAt === undefined || since(row) > now) return []
      return [{ id, dueAt: row.entry.dueAt, row }]
    })
    .sort((a, b) => since(a.row) - since(b.row))
}
