// `dogear check`: before a deploy, says whether everyone who is in a flow could go on.

import { readFile } from 'node:fs/promises'
import type { Config } from '../define-config.ts'
import { checkFlows, type Report } from '../lock/check.ts'
import { readLocks } from '../lock/file.ts'
import { type Forecast, forecast, parseCensus } from '../lock/forecast.ts'
import { shapeOf } from '../lock/shape.ts'
import { clean, type Output } from '../output.ts'
import { lockFolder } from './lock.ts'

export type CheckOptions = { census?: string }

/** Checks every flow against its locks, and what a census counted. Resolves to the exit code: 1 if anything would go wrong. Opens no session. */
export async function check(
  config: Config,
  { census }: CheckOptions,
  { out, folder }: { out: Output; folder: string },
): Promise<number> {
  const flows = [...config.engine.flows.values()].map((flow) => ({ flow, shape: shapeOf(flow) }))
  const { locks, bad } = await readLocks(lockFolder(config, folder))
  const report = checkFlows(flows, { locks, bad })
  const counted = census === undefined ? undefined : parseCensus(await readFile(census, 'utf8'))
  const expected = counted && forecast(counted, { flows: flows.map(({ flow }) => flow), locks })
  const ok = report.findings.length === 0 && (expected?.stuck ?? 0) + (expected?.unreadable ?? 0) === 0
  if (out.json) out.document({ ok, ...report, ...(expected ? { forecast: expected } : {}) })
  else
    for (const line of [...reportLines(report, out), ...(expected ? forecastLines(expected, out) : [])]) out.line(line)
  return ok ? 0 : 1
}

function reportLines({ findings, notes, outlooks }: Report, { colors }: Output): string[] {
  const told = outlooks.map(({ flow, version, samples }) => {
    const well = samples.filter(({ problem }) => problem === null).length
    const moved = samples.filter((one) => one.problem === null && one.moved).length
    return `${well === samples.length ? colors.green('ok  ') : colors.red('fail')}  ${flow} version ${version}: ${well} of ${samples.length} samples go on${moved > 0 ? `, ${moved} at another place` : ''}`
  })
  return [
    ...told,
    ...notes.map((text) => colors.dim(`note  ${clean(text)}`)),
    ...findings.flatMap(({ flow, problem, advice }) => [
      `${colors.red('fail')}  ${flow ? `${flow}: ` : ''}${clean(problem)}`,
      `      ${colors.dim(clean(advice))}`,
    ]),
  ]
}

function forecastLines({ lines, stuck, unreadable, unknown, total }: Forecast, { colors }: Output): string[] {
  const paint = stuck + unreadable > 0 ? colors.red : colors.green
  return [
    '',
    `Of ${total} sessions that were counted:`,
    ...lines.map((line) => `  ${clean(line)}`),
    paint(
      `  ${stuck} stuck; ${unreadable} unreadable${unknown > 0 ? `; ${unknown} in places no lock has a sample of` : ''}`,
    ),
  ]
}
