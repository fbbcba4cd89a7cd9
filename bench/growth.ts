// `npm run bench -- growth`: the cost of a hot turn as one thing grows at a time, and the memory of a server.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { command, say, seconds } from '../scripts/output.mjs'
import { startRedis } from '../scripts/services.mjs'
import { here } from './bundle.mjs'
import { measureHeld } from './growth/held.ts'
import { openWorld } from './growth/lists.ts'
import { growth } from './growth/rounds.ts'
import { toGrowthChart } from './output/growth-chart.ts'
import { toGrowthTable } from './output/growth-table.ts'
import { keep, measured } from './output/keep.ts'

command(async () => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      rounds: { type: 'string', default: '21' },
      ms: { type: 'string', default: '60' },
      sessions: { type: 'string', default: '1000000' },
      only: { type: 'string', default: '' },
    },
  })
  const options = { rounds: Number(values.rounds), ms: Number(values.ms) }
  const service = await startRedis()
  try {
    const world = await openWorld(service.url, Number(values.sessions))
    say(`Everything is filled (${seconds()})`)
    const lists = await growth(
      world.lists.filter(({ name }) => name.includes(values.only)),
      options,
    )
    await world.close()
    const held = values.only ? undefined : await measureHeld(`${service.url}/15`)
    const results = { ...measured(), ...options, lists, held }
    console.log(`\n${toGrowthTable(results)}\n`)
    if (values.only) return
    keep('growth', results)
    writeFileSync(join(here, '../docs/growth.svg'), toGrowthChart(results))
  } finally {
    await service.stop()
  }
})
