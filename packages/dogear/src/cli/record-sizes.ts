// The sizes of records as an operator should know them: their medians by flow, with those that grow with every turn.

import type { Check } from '../store/store.ts'

/** One record: the turns its session has taken, the bytes it takes. */
export type Sample = { flow: string; turns: number; bytes: number }

/** Bookkeeping grows up to here: twenty turns of the trail, sixteen receipts. */
const settledTurns = 20
/** The fewest records that a median says something about. */
const enough = 20
/** The median of those with more turns is so much larger where a record grows. */
const growth = 1.25
/** A record that takes less of `maxBytes` than this may grow. */
const smallPart = 1 / 16

/**
 * One check for each flow. A look at one moment suffices to find a record that grows without end: past the turns for
 * which bookkeeping grows, sessions with many turns have larger records than those with few.
 */
export function checkSizes(samples: readonly Sample[], maxBytesOf: (flow: string) => number | undefined): Check[] {
  const flows = [...new Set(samples.map(({ flow }) => flow))].sort()
  return flows.map((flow) =>
    checkFlow(
      flow,
      samples.filter((one) => one.flow === flow),
      maxBytesOf(flow),
    ),
  )
}

function checkFlow(flow: string, samples: readonly Sample[], maxBytes = Number.POSITIVE_INFINITY): Check {
  const count = `${samples.length} record${samples.length === 1 ? '' : 's'}`
  const detail = `flow "${flow}": ${medianOf(samples, 'bytes')} bytes in the median of ${count}`
  const settled = samples.filter(({ turns }) => turns > settledTurns).sort((a, b) => a.turns - b.turns)
  const half = Math.floor(settled.length / 2)
  const [few, many] = [settled.slice(0, half), settled.slice(half)]
  const [before, after] = [medianOf(few, 'bytes'), medianOf(many, 'bytes')]
  if (half < enough || after < before * growth || after < maxBytes * smallPart)
    return { name: 'records', status: 'ok', detail }
  const turns = `${medianOf(few, 'turns')} turns, ${after} after ${medianOf(many, 'turns')}`
  const advice = 'it keeps more with every turn: keep what people add without end elsewhere, and point to it (sessions)'
  return { name: 'records', status: 'warn', detail: `${detail}; it grows: ${before} bytes after ${turns}`, advice }
}

function medianOf(samples: readonly Sample[], member: 'turns' | 'bytes'): number {
  const sorted = samples.map((one) => one[member]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
