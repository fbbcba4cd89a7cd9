// The results as text for a terminal.

import type { Results, Row } from './results.ts'

type Cell = string | number | null | undefined

export const show = (value: number | null | undefined, digits = 0): string =>
  value === null || value === undefined
    ? '–'
    : value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })

export function align(rows: readonly Cell[][]): string {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, String(cell).length)),
    [],
  )
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i] ?? 0) : String(cell).padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .map((line) => `  ${line}`)
    .join('\n')
}

/** One table for each number of connections, one for what a session takes, and the promises. */
export function toTable({ rows, rounds, ms, node, redis, cores, cpu }: Results): string {
  const ran = rows.filter((row) => row.at)
  const counts = [...new Set(ran.flatMap(({ at }) => Object.keys(at ?? {})))]
  return [
    `Node ${node}, Redis ${redis}, ${cores} × ${cpu}; ${rounds} interleaved rounds of ${ms} ms, medians`,
    ...counts.map((count) =>
      [`\n${count} ${count === '1' ? 'connection' : 'connections'}`, speeds(ran, count)].join('\n'),
    ),
    '\na session, a server, two tabs that race, events that come twice',
    align([
      ['', 'bytes in Redis', 'RSS, MB', 'updates lost', 'counted twice'],
      ...ran.map(({ name, bytesPerSession, rssBytes = Number.NaN, proofs }) => [
        name,
        show(bytesPerSession),
        show(rssBytes / 1e6),
        proofs ? `${proofs.lost} of ${proofs.accepted}` : '–',
        proofs ? `${proofs.countedTwice} of ${proofs.repeats}` : '–',
      ]),
    ]),
    '\nwhat each is, and promises',
    ...rows.map((row) => `  ${row.name.padEnd(16)} ${row.made}: ${row.missing ?? row.promises}`),
  ].join('\n')
}

function speeds(rows: readonly Row[], count: string): string {
  return align([
    ['', 'turns/s', '× express', 'p50 ms', 'p99 ms', 'CPU µs a turn', 'commands a turn'],
    ...rows.map(({ name, at }) => {
      const one = at?.[count]
      return [
        name,
        show(one?.perSecond),
        show(one?.ofExpress, 2),
        show(one?.p50, 2),
        show(one?.p99, 2),
        show(one?.cpuMicros),
        show(one?.commands, 2),
      ]
    }),
  ])
}
