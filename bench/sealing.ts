// `npm run bench -- sealing [--processes=6]`: what sealing costs a server, measured in fresh processes that do both.

import { parseArgs } from 'node:util'
import { command, failure, say } from '../scripts/output.mjs'
import type { Mode } from './contenders/dogear-both.ts'
import { openStage } from './contenders/stage.ts'
import { startLoad } from './load/load.ts'
import { keep } from './output/keep.ts'
import { median } from './rounds.ts'

/** The shares of the unsealed server's figures that sealing adds, one for each round. */
type Costs = { connections: number; turns: number[]; cpu: number[] }

/** Microseconds, of the clock and of the processor, for each turn. */
type Slice = { micros: number; cpuMicros: number }

const connections = [1, 32, 256]
const rounds = 10
const sliceMs = 400

command(async () => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { processes: { type: 'string', default: '6' } },
  })
  const processes = Number(values.processes)
  if (!Number.isInteger(processes) || processes < 1)
    throw failure('--processes is a whole number from 1 on, such as --processes=6.')
  const costs = connections.map((count): Costs => ({ connections: count, turns: [], cpu: [] }))
  for (let count = 1; count <= processes; count++) {
    await measureProcess(costs)
    const soFar = costs.map(({ connections, turns }) => `${connections} ${share(median(turns))}`)
    say(`${count} of ${processes}: ${soFar.join(', ')}`)
  }
  const rows = costs.map(({ connections, turns, cpu }) => ({ connections, turns: spread(turns), cpu: spread(cpu) }))
  for (const { connections, turns, cpu } of rows)
    console.log(`${connections} connections: ${shown(turns)} of the turns a second, ${shown(cpu)} more processor time`)
  keep('sealing', { processes, rounds, rows })
})

/**
 * Adds the costs that one process shows. It has an engine that seals and one that does not, since two processes of
 * the same code differ by several per cent. A round plays one, the other twice, the first again, so that a machine that
 * gets slower meanwhile slows both alike.
 */
async function measureProcess(costs: readonly Costs[]): Promise<void> {
  const stage = await openStage({})
  const load = startLoad(await stage.program('load/process'))
  const env = await stage.store('redis')
  const server = await stage.serve({ file: await stage.program('contenders/dogear-both'), env })
  async function slice(mode: Mode, ms = sliceMs): Promise<Slice> {
    await server.ask(mode)
    await load.play(ms / 8)
    const before = await server.usage()
    const played = await load.play(ms)
    const after = await server.usage()
    return {
      micros: (played.ms * 1_000) / played.turns,
      cpuMicros: (after.cpuMicros - before.cpuMicros) / played.turns,
    }
  }
  try {
    for (const { connections, turns, cpu } of costs) {
      await load.open({ port: server.port, dialect: 'dogear', connections })
      for (const mode of ['sealed', 'unsealed', 'sealed', 'unsealed'] as const) await slice(mode, 1_000)
      for (let round = 0; round < rounds; round++) {
        const [outer, inner]: [Mode, Mode] = round % 2 === 0 ? ['sealed', 'unsealed'] : ['unsealed', 'sealed']
        const first = await slice(outer)
        const between = together(await slice(inner), await slice(inner))
        const around = together(first, await slice(outer))
        const [on, off] = outer === 'sealed' ? [around, between] : [between, around]
        turns.push(1 - off.micros / on.micros)
        cpu.push(on.cpuMicros / off.cpuMicros - 1)
      }
      await load.close()
    }
  } finally {
    load.stop()
    await server.stop()
    await stage.close()
  }
}

const together = (one: Slice, other: Slice): Slice => ({
  micros: one.micros + other.micros,
  cpuMicros: one.cpuMicros + other.cpuMicros,
})

/** The median and the quartiles around it. */
function spread(all: readonly number[]) {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN
  return { median: median(all), from: at(0.25), to: at(0.75) }
}

const share = (part: number) => `${(part * 100).toFixed(1)} %`
const shown = ({ median, from, to }: ReturnType<typeof spread>) => `${share(median)} (${share(from)} to ${share(to)})`
