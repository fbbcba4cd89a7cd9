// `dogear check`: finds the people in a flow who could not go on after a deploy.

import { readFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { checkFlows, type Report } from '../lock/check.ts'
import { readLocks } from '../lock/file.ts'
import { type Forecast, forecast, parseCensus } from '../lock/forecast.ts'
import { shapeOf } from '../lock/shape.ts'
import { clean, type Output } from '../output.ts'
import { lockFolder } from './lock.ts'

/** Compares every flow with its lock files and a census. Opens no session. */
export const check: Command<{ census?: string }> = {
  name: 'check',
  summary: 'Before a deploy: could everyone who is in a flow go on? Exit code 1 if not.',
  options: [{ flags: '--census <file>', text: 'say what would happen to the sessions that were counted' }],
  async run(config, { census }, { out, folder }) {
    const flows = [...config.engine.flows.values()].map((flow) => ({ flow, shape: shapeOf(flow) }))
    const { locks, bad } = await readLocks(lockFolder(config, folder))
    const report = checkFlows(flows, { locks, bad })
    const counted = census === undefined ? undefined : parseCensus(await readFile(census, 'utf8'))
    const expected = counted && forecast(counted, { flows: flows.map(({ flow }) => flow), locks })
    const ok = report.findings.length === 0 && (expected?.stuck ?? 0) + (expected?.unreadable ?? 0) === 0
    const lines = reportLines(report, out)
    if (expected) lines.push(...forecastLines(expected, out))
    out.result({ ok, ...report, forecast: expected }, lines)
    return ok ? 0 : 1
  },
}

function reportLines({ findings, notes, outlooks }: Report, { colors }: Output): string[] {
  const goOn = outlooks.map(({ flow, version, samples }) => {
    const well = samples.filter(({ problem }) => problem === null).length
    const moved = samples.filter((one) => one.problem === null && one.moved).length
    const mark = well === samples.length ? colors.green('ok  ') : colors.red('fail')
    const others = moved > 0 ? `, ${moved} at another place` : ''
    return `${mark}  ${flow} version ${version}: ${well} of ${samples.length} samples go on${others}`
  })
  return [
    ...goOn,
    ...notes.map((text) => colors.dim(`note  ${clean(text)}`)),
    ...findings.flatMap(({ flow, problem, advice }) => [
      `${colors.red('fail')}  ${flow ? `${flow}: ` : ''}${clean(problem)}`,
      `      ${colors.dim(clean(advice))}`,
    ]),
  ]
}

function forecastLines({ lines, stuck, unreadable, unknown, total }: Forecast, { colors }: Output): string[] {
  const paint = stuck + unreadable > 0 ? colors.red : colors.green
  const unsampled = unknown > 0 ? `; ${unknown} in states no lock has a sample of` : ''
  return [
    '',
    `Of ${total} sessions that were counted:`,
    ...lines.map((line) => `  ${clean(line)}`),
    paint(`  ${stuck} stuck; ${unreadable} unreadable${unsampled}`),
  ]
}
