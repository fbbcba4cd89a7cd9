// `npm run bench`: runs every contender in interleaved rounds, prints a table, keeps the results and draws a chart.

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { command, failure, say, seconds } from '../scripts/output.mjs'
import { here } from './bundle.mjs'
import { contenders } from './contenders/list.ts'
import { openStage } from './contenders/stage.ts'
import { startLoad } from './load/load.ts'
import { readOptions } from './options.ts'
import type { Results, Row } from './output/results.ts'
import { toTable } from './output/table.ts'
import { type Entrant, proveAll, runRounds, warmUp } from './rounds.ts'

command(async () => {
  const options = readOptions(process.argv.slice(2))
  const unknown = options.only.find((name) => !contenders.some((one) => one.name === name))
  if (unknown) throw failure(`There is no contender "${unknown}": ${contenders.map((one) => one.name).join(', ')}.`)
  const stage = await openStage(options)
  const load = startLoad(await stage.program('load/process'))
  const entrants: Entrant[] = []
  const rows = new Map<string, Row>()
  try {
    const wanted = contenders.filter(({ name }) => options.only.length === 0 || options.only.includes(name))
    await Promise.all(
      wanted.map(async (contender) => {
        const { name, made, promises, store } = contender
        rows.set(name, { name, made, promises })
        const env = store ? await stage.store(store) : {}
        const server = await contender.start(stage, env).catch((error: Error) => ({ missing: error.message }))
        if ('missing' in server) rows.set(name, { name, made, promises, missing: server.missing })
        else entrants.push({ contender, server, env, sessions: 0 })
      }),
    )
    say(`${entrants.length} contenders are ready (${seconds()})`)
    await warmUp(entrants, { stage, load, options })
    for (const connections of options.connections) {
      const figures = await runRounds(entrants, connections, { stage, load, options })
      for (const [index, { contender }] of entrants.entries()) {
        const row = rows.get(contender.name)
        const one = figures[index]
        if (row && one) row.at = { ...row.at, [connections]: one }
      }
      say(`${connections} connections are measured (${seconds()})`)
    }
    const proofs = await proveAll(entrants, { stage, load, options })
    for (const [index, { contender, server, env, sessions }] of entrants.entries()) {
      const row = rows.get(contender.name)
      if (!row) continue
      row.proofs = proofs[index]
      row.rssBytes = (await server.usage()).rssBytes
      row.bytesPerSession = env.REDIS_URL && sessions > 0 ? (await stage.bytes(env)) / sessions : null
    }
    const results: Results = {
      date: new Date().toISOString().slice(0, 10),
      node: process.versions.node,
      redis: await stage.redisVersion(),
      cores: cpus().length,
      cpu: cpus()[0]?.model.trim() ?? '',
      rounds: options.rounds,
      ms: options.ms,
      rows: [...rows.values()],
    }
    console.log(`\n${toTable(results)}\n`)
    if (options.only.length > 0 || options.quick) return
    mkdirSync(join(here, 'results'), { recursive: true })
    writeFileSync(join(here, 'results/latest.json'), `${JSON.stringify(results, null, 2)}\n`)
  } finally {
    for (const { server } of entrants) await server.stop()
    load.stop()
    await stage.close()
  }
})
