// `npm run bench -- sealing [--pairs=12]`: what sealing costs a server, over pairs of fresh processes.

import { parseArgs } from 'node:util'
import { command, failure, say } from '../scripts/output.mjs'
import { openStage, type Stage } from './contenders/stage.ts'
import { type Load, startLoad } from './load/load.ts'
import { keep } from './output/keep.ts'
import { median } from './rounds.ts'
import type { Server } from './server.ts'

/** The shares of the unsealed server's figures that sealing adds, one for each round. */
type Costs = { connections: number; turns: number[]; cpu: number[] }

type Slice = { perSecond: number; cpuMicros: number }

const connections = [1, 32, 256]
const rounds = 10
const sliceMs = 250

command(async () => {
  const { values } = parseArgs({ args: process.argv.slice(3), options: { pairs: { type: 'string', default: '12' } } })
  const pairs = Number(values.pairs)
  if (!Number.isInteger(pairs) || pairs < 1) throw failure('--pairs is a whole number from 1 on, such as --pairs=12.')
  const costs = connections.map((count): Costs => ({ connections: count, turns: [], cpu: [] }))
  for (let pair = 1; pair <= pairs; pair++) {
    const stage = await openStage({})
    const load = startLoad(await stage.program('load/process'))
    try {
      await measurePair(stage, load, costs)
    } finally {
      load.stop()
      await stage.close()
    }
    const soFar = costs.map(({ connections, turns }) => `${connections} ${share(median(turns))}`)
    say(`${pair} of ${pairs}: ${soFar.join(', ')}`)
  }
  const rows = costs.map(({ connections, turns, cpu }) => ({ connections, turns: spread(turns), cpu: spread(cpu) }))
  for (const { connections, turns, cpu } of rows)
    console.log(`${connections} connections: ${shown(turns)} of the turns a second, ${shown(cpu)} more processor time`)
  keep('sealing', { pairs, rounds, rows })
})

/**
 * Adds the costs of one pair. Two processes of the same code differ by several per cent, and a busy machine slows both:
 * so there are many pairs, and in each round one slice follows the other, the second time in the other order.
 */
async function measurePair(stage: Stage, load: Load, costs: readonly Costs[]): Promise<void> {
  const file = await stage.program('contenders/dogear-node')
  const serve = async (env: object) => stage.serve({ file, env: { ...(await stage.store('redis')), ...env } })
  const sealed = await serve({})
  const unsealed = await serve({ SEALING: 'off' })
  try {
    for (const server of [sealed, unsealed]) await played(load, server, 32, () => load.play(8_000, 20_000))
    for (const { connections, turns, cpu } of costs)
      for (let round = 0; round < rounds; round++) {
        const slice = (server: Server) => played(load, server, connections, () => measured(load, server))
        const first = await slice(round % 2 === 0 ? sealed : unsealed)
        const second = await slice(round % 2 === 0 ? unsealed : sealed)
        const [on, off] = round % 2 === 0 ? [first, second] : [second, first]
        turns.push(1 - on.perSecond / off.perSecond)
        cpu.push(on.cpuMicros / off.cpuMicros - 1)
      }
  } finally {
    await Promise.all([sealed.stop(), unsealed.stop()])
  }
}

async function played<T>(load: Load, { port }: Server, connections: number, work: () => Promise<T>): Promise<T> {
  await load.open({ port, dialect: 'dogear', connections })
  const result = await work()
  await load.close()
  return result
}

async function measured(load: Load, server: Server): Promise<Slice> {
  await load.play(sliceMs / 5)
  const before = await server.usage()
  const { turns, ms } = await load.play(sliceMs)
  const after = await server.usage()
  return { perSecond: (turns / ms) * 1000, cpuMicros: (after.cpuMicros - before.cpuMicros) / turns }
}

/** The median and the quartiles around it. */
function spread(all: readonly number[]) {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN
  return { median: median(all), from: at(0.25), to: at(0.75) }
}

const share = (part: number) => `${(part * 100).toFixed(1)} %`
const shown = ({ median, from, to }: ReturnType<typeof spread>) => `${share(median)} (${share(from)} to ${share(to)})`
