// `npm run bench`: runs the contenders, prints tables; a full run keeps its results, draws the chart of the docs.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, failure } from '../scripts/output.mjs'
import { here } from './bundle.mjs'
import { contenders } from './contenders/list.ts'
import { runContest } from './contest.ts'
import { runConversation } from './conversation/contest.ts'
import { readOptions } from './options.ts'
import { toChart } from './output/chart.ts'
import { toConversationTable } from './output/conversation-table.ts'
import { keep } from './output/keep.ts'
import { toTable } from './output/table.ts'

const latest = join(here, 'results/latest.json')
/** A contest of its own, by this name among those of the contenders. */
const CONVERSATION = 'conversation'

command(async () => {
  const options = readOptions(process.argv.slice(2))
  const { only, quick, connections, rounds } = options
  const names = [...contenders.map(({ name }) => name), CONVERSATION]
  const unknown = only.find((name) => !names.includes(name))
  if (unknown) throw failure(`There is no contender "${unknown}": ${names.join(', ')}.`)
  const wanted = contenders.filter(({ name }) => only.length === 0 || only.includes(name))
  const all = only.length === 0 && !quick

  const results = wanted.length > 0 ? await runContest(wanted, options) : undefined
  if (results) console.log(`\n${toTable(results)}\n`)
  if (results && all) {
    keepLatest(results)
    writeFileSync(join(here, '../docs/bench.svg'), toChart(results, connections[connections.length >> 1] ?? 1))
  }
  if (!all && !only.includes(CONVERSATION)) return
  const conversation = await runConversation(quick ? 10 : 20, rounds * 5)
  console.log(`\n${toConversationTable(conversation)}\n`)
  if (!quick && (all || only.length === 1)) keepLatest({ conversation })
})

/** Puts results in the place of those of the run before; others stay as they are. */
function keepLatest(results: object): void {
  keep('latest', { ...(existsSync(latest) ? JSON.parse(readFileSync(latest, 'utf8')) : {}), ...results })
}
