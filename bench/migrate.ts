// Measures how fast older records are migrated: node --import tsx bench/migrate.ts [records].

import { msgpackCodec } from '../packages/dogear/src/codec/codec.ts'
import { kindOf, peopleHalfWay } from '../packages/dogear/src/turn/half-way.fixture.ts'
import { open, viewOf } from '../packages/dogear/src/turn/open.ts'
import { takeTurn } from '../packages/dogear/src/turn/take-turn.ts'
import { secondApplication } from '../packages/dogear/src/turn/two-versions.fixture.ts'

const count = Number(process.argv[2] ?? 10_000)
const codec = msgpackCodec()
const { records, now } = peopleHalfWay(count)
const stored = records.map((record) => codec.encode(record))
const options = { session: 'session-1', leaseMs: 60_000 }

/** Runs `one` on each element of `all` and prints the rate. */
function measured<T, R>(what: string, all: readonly T[], one: (each: T) => R): R[] {
  const started = performance.now()
  const results = all.map(one)
  const rate = all.length / ((performance.now() - started) / 1_000)
  console.log(`  ${what.padEnd(44)} ${Math.round(rate).toLocaleString('en').padStart(9)} records/s`)
  return results
}

const bytes = stored.reduce((sum, one) => sum + one.length, 0)
const kinds = new Set(records.map(kindOf)).size
const average = Math.round(bytes / count)
console.log(`\n${count.toLocaleString('en')} records of version 1 (${kinds} kinds, ${average} bytes each on average)`)
const read = (one: Uint8Array) => open(secondApplication, codec.decode(one), now)
for (const one of stored.slice(0, 1_000)) read(one)

const opened = measured('read and migrated to version 2', stored, read)
const written = measured('read, migrated and written back', stored, (one) => {
  const command = { kind: 'wake' as const, mark: 'bm9uY2U', ...options }
  const { record } = takeTurn(secondApplication, codec.decode(one), command, now)
  return record ? codec.encode(record) : one
})
measured('read again at version 2', written, read)

const views = opened.map((work) => viewOf(work))
const stuck = views.filter(
  ({ status, accepts, pending, timers }) =>
    status === 'error' || (status === 'active' && accepts.length + pending.length + timers.length === 0),
)
console.log(`  lost 0 (a failure ends this run), stuck ${stuck.length}`)
