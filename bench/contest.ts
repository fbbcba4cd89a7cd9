// One run from its start to its results: servers are started, measured in turn, asked what they hold, stopped.

import { say, seconds } from '../scripts/output.mjs'
import type { Contender } from './contenders/list.ts'
import { openStage, type Stage } from './contenders/stage.ts'
import { startLoad } from './load/load.ts'
import type { Options } from './options.ts'
import { measured } from './output/keep.ts'
import type { Results, Row } from './output/results.ts'
import { type Entrant, proveAll, runRounds, warmUp } from './rounds.ts'

export async function runContest(contenders: readonly Contender[], options: Options): Promise<Results> {
  const stage = await openStage(options)
  const load = startLoad(await stage.program('load/process'))
  const tools = { stage, load, options }
  let entrants: Entrant[] = []
  try {
    const rows = contenders.map(({ name, made, promises }): Row => ({ name, made, promises }))
    const started = await Promise.all(contenders.map((one, index) => enter(one, rows[index] as Row, stage)))
    entrants = started.filter((one) => one !== undefined)
    say(`${entrants.length} contenders are ready (${seconds()})`)
    await warmUp(entrants, tools)
    for (const connections of options.connections) {
      await runRounds(entrants, connections, tools)
      say(`${connections} connections are measured (${seconds()})`)
    }
    await proveAll(entrants, tools)
    for (const { row, server, env, sessions } of entrants.filter(({ row }) => row.missing === undefined)) {
      row.rssBytes = (await server.usage()).rssBytes
      row.bytesPerSession = env.REDIS_URL && sessions > 0 ? (await stage.bytes(env)) / sessions : null
    }
    return {
      ...measured(),
      redis: await stage.redisVersion(),
      rounds: options.rounds,
      ms: options.ms,
      rows,
    }
  } finally {
    for (const { server } of entrants) await server.stop()
    load.stop()
    await stage.close()
  }
}

/** Starts a contender. The reason stands in its row if it cannot run here. */
async function enter(contender: Contender, row: Row, stage: Stage): Promise<Entrant | undefined> {
  const env = contender.store ? await stage.store(contender.store) : {}
  const server = await contender.start(stage, env).catch((error: Error) => ({ missing: error.message }))
  if (!('missing' in server)) return { contender, row, server, env, sessions: 0 }
  row.missing = `did not run, ${server.missing}`
  return undefined
}
