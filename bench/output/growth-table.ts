// The growth of a turn's cost as text for a terminal.

import type { Held } from '../growth/held.ts'
import type { Growth, Row } from '../growth/rounds.ts'
import type { Measured } from './keep.ts'
import { align, show } from './table.ts'

export type GrowthResults = Measured & {
  rounds: number
  ms: number
  lists: Growth[]
  held: Held | undefined
}

/** True if the cost grew faster than what grew. */
export const isWorse = ({ size, cpuTimes }: Row, first: Row): boolean => first.size > 0 && cpuTimes > size / first.size

export function toGrowthTable({ lists, held, rounds, ms, node, cores, cpu }: GrowthResults): string {
  return [
    `Node ${node}, ${cores} shared cores (${cpu}); ${rounds} interleaved rounds of ${ms} ms, medians`,
    ...lists.flatMap(({ name, rows }) => [
      `\n${name}`,
      align([
        ['', '× first', 'p50 ms', 'CPU × first', 'CPU µs a turn', ''],
        ...rows.map((row) => [
          row.label,
          show(row.times, 2),
          show(row.p50, 2),
          show(row.cpuTimes, 2),
          show(row.cpuMicros),
          isWorse(row, rows[0] as Row) && row !== rows[0] ? 'worse than linear' : '',
        ]),
      ]),
    ]),
    held ? `\nbytes that a server holds: ${show(held.perSession)} a session, ${show(held.perStream)} a stream` : '',
  ].join('\n')
}
