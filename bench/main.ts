// `npm run bench`: runs the contenders, prints a table; a full run keeps its results and draws the chart of the docs.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, failure } from '../scripts/output.mjs'
import { here } from './bundle.mjs'
import { contenders } from './contenders/list.ts'
import { runContest } from './contest.ts'
import { readOptions } from './options.ts'
import { toChart } from './output/chart.ts'
import { toTable } from './output/table.ts'

command(async () => {
  const options = readOptions(process.argv.slice(2))
  const { only, quick, connections } = options
  const unknown = only.find((name) => !contenders.some((one) => one.name === name))
  if (unknown) throw failure(`There is no contender "${unknown}": ${contenders.map((one) => one.name).join(', ')}.`)
  const results = await runContest(
    contenders.filter(({ name }) => only.length === 0 || only.includes(name)),
    options,
  )
  console.log(`\n${toTable(results)}\n`)
  if (only.length > 0 || quick) return
  mkdirSync(join(here, 'results'), { recursive: true })
  writeFileSync(join(here, 'results/latest.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(here, '../docs/bench.svg'), toChart(results, connections[connections.length >> 1] ?? 1))
})
