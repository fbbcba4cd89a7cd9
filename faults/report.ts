// The report: one line per fault, with the confidence that a count of zero gives.

import { execFileSync } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { groupBy } from './group-by.ts'
import type { Violation } from './history.ts'

/**
 * The result of one scenario. `runs` are checkouts (or timers), `injected` the faults that really happened, and `turns`
 * were taken meanwhile: each committed a version, or refused an event, or answered one that was known.
 */
export type Finding = {
  fault: string
  seed: number
  runs: number
  turns: number
  injected: number
  violations: Violation[]
  /** The times people waited for an answer that a fault had delayed. */
  recoveryMs: number[]
  notes?: string[]
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

/**
 * Scenarios of the same fault become one line. With no violation in n runs, the true rate is below 3/n with 95 %
 * confidence.
 */
export function toTable(findings: readonly Finding[]): string {
  const head = ['fault', 'seeds', 'runs', 'turns', 'faults', 'violations', '95 % bound', 'recovery p50', 'p95']
  const rows = [...groupBy(findings, ({ fault }) => fault)].map(([fault, own]) => {
    const sum = (of: (finding: Finding) => number) => own.reduce((total, finding) => total + of(finding), 0)
    const [runs, bad] = [sum((one) => one.runs), sum((one) => one.violations.length)]
    const waits = own.flatMap(({ recoveryMs }) => recoveryMs)
    const wait = (share: number) => (waits.length > 0 ? `${Math.round(percentile(waits, share))} ms` : '–')
    const seeds = own.length === 1 ? `${own[0]?.seed}` : `${own[0]?.seed}…${own.at(-1)?.seed}`
    const bound = bad === 0 ? `< ${(3 / runs).toPrecision(2)}` : `${bad}/${runs}`
    return [
      fault,
      seeds,
      runs,
      sum((one) => one.turns),
      sum((one) => one.injected),
      bad,
      bound,
      wait(0.5),
      wait(0.95),
    ].map(String)
  })
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')
  const notes = findings.flatMap(({ fault, notes = [] }) => notes.map((note) => `${fault}: ${note}`))
  const wrong = findings.flatMap(({ fault, seed, violations }) =>
    violations
      .slice(0, 20)
      .map(({ rule, session, detail }) => `VIOLATION ${fault} (seed ${seed}) ${rule}: ${detail} [${session}]`),
  )
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ...notes, ...wrong].join('\n')
}

export function versions(redisServer: string): string {
  const redis = /v=(\S+)/.exec(execFileSync(redisServer, ['--version'], { encoding: 'utf8' }))?.[1]
  const load = loadavg()[1]?.toFixed(1)
  const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, load ${load} over 5 minutes`
  return `Node ${process.version}, Redis ${redis}, ${machine}`
}
