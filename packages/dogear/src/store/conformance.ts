// Entry `dogear/conformance`: the promises of every store, as a suite to run against one.

import { describe, it } from 'vitest'
import { agenda } from './cases/agenda.ts'
import { archive } from './cases/archive.ts'
import { backlog } from './cases/backlog.ts'
import type { Bench, Case } from './cases/bench.ts'
import { codes } from './cases/codes.ts'
import { leases } from './cases/leases.ts'
import { lifetime } from './cases/lifetime.ts'
import { owners } from './cases/owners.ts'
import { progress } from './cases/progress.ts'
import { records } from './cases/records.ts'
import { scan } from './cases/scan.ts'
import { traces } from './cases/traces.ts'
import { watch } from './cases/watch.ts'
import { writers } from './cases/writers.ts'
import type { Store } from './store.ts'

export type { Bench, Case } from './cases/bench.ts'
export { agreesWithModel, type Step } from './cases/model.ts'
export type {
  Batch,
  Check,
  CommitResult,
  Directory,
  Due,
  Entry,
  Found,
  Hint,
  Lease,
  Scanned,
  SessionId,
  Store,
  Stored,
  Traces,
} from './store.ts'

/**
 * Name the driver, `make` an empty store for each case (alone, or with ways to move its clock and to close it), and
 * `skip` what it knowingly does not promise, each with its reason: by title, or by the name of an optional member it
 * does without.
 */
export type TestStoreOptions = {
  name: string
  make: () => Store | Bench | Promise<Store | Bench>
  skip?: Readonly<Record<string, string>>
}

/** Every promise of the port, as a title and a function that rejects if it is broken. `testStore` registers them. */
export const storeCases: readonly Case[] = [
  ...records,
  ...writers,
  ...lifetime,
  ...agenda,
  ...leases,
  ...progress,
  ...traces,
  ...owners,
  ...codes,
  ...watch,
  ...scan,
  ...backlog,
  ...archive,
]

const patienceMs = 60_000

/**
 * Registers the suite for one store with vitest. Throws `TypeError` for a name in `skip` that is none, so that a skip
 * does not outlive its reason unseen.
 */
export function testStore({ name, make, skip = {} }: TestStoreOptions): void {
  const unknown = Object.keys(skip).filter(
    (name) => !storeCases.some(({ title, about }) => name === title || name === about),
  )
  if (unknown.length > 0) throw new TypeError(`There is nothing to skip under the name "${unknown.join('", "')}"`)

  describe(`${name} is a store that`, () => {
    for (const one of storeCases) {
      const reason = skip[one.title] ?? skip[one.about ?? '']
      if (reason === undefined) it(one.title, () => runCase(one, make), patienceMs)
      else it.skip(`${one.title} (${reason})`)
    }
  })
}

/** Runs one case on a fresh store and closes it. Rejects if the store breaks the promise. */
export async function runCase({ run }: Case, make: TestStoreOptions['make']): Promise<void> {
  const made = await make()
  const bench: Bench = 'store' in made ? made : { store: made }
  try {
    await run(bench)
  } finally {
    await bench.close?.()
  }
}
