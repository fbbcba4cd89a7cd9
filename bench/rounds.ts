// The interleaved rounds: in each, every contender has one slice, so that a busy machine slows all alike.

import { say } from '../scripts/output.mjs'
import type { Contender } from './contenders/list.ts'
import type { Stage } from './contenders/stage.ts'
import type { Load } from './load/load.ts'
import type { Options } from './options.ts'
import type { Figures, Row } from './output/results.ts'
import type { Server } from './server.ts'

export type Entrant = {
  contender: Contender
  row: Row
  server: Server
  /** Leads to its store. */
  env: Record<string, string>
  /** Those begun so far. */
  sessions: number
}

type Slice = Omit<Figures, 'ofExpress'>
type Tools = { stage: Stage; load: Load; options: Options }

/** Takes turns that do not count, so that compilers have seen the code of every entrant. */
export async function warmUp(entrants: readonly Entrant[], { load, options }: Tools): Promise<void> {
  for (const entrant of entrants)
    await played(entrant, 32, { load }, () => load.play(options.warm.ms, options.warm.turns))
}

/**
 * Runs all rounds at one number of connections, and puts the figures into the rows. An entrant that fails has the
 * reason in its row, and no figures from there on; the others go on.
 */
export async function runRounds(entrants: readonly Entrant[], connections: number, tools: Tools): Promise<void> {
  const slices = new Map(entrants.map((entrant): [Entrant, Slice[]] => [entrant, []]))
  for (let round = 0; round < tools.options.rounds; round++)
    for (const [entrant, own] of slices) {
      const slice = await played(entrant, connections, tools, () => measure(entrant, tools))
      if (slice) own.push(slice)
    }
  const express = entrants.find(({ contender, row }) => contender.name === 'express' && row.missing === undefined)
  const reference = express && slices.get(express)
  for (const [{ row }, all] of slices) {
    if (row.missing !== undefined) continue
    const middle = (of: (one: Slice, round: number) => number) => median(all.map(of))
    const figures: Figures = {
      perSecond: middle((one) => one.perSecond),
      ofExpress: reference ? middle((one, round) => one.perSecond / (reference[round]?.perSecond ?? 0)) : null,
      p50: middle((one) => one.p50),
      p99: middle((one) => one.p99),
      cpuMicros: middle((one) => one.cpuMicros),
      commands: all[0]?.commands === null ? null : middle((one) => one.commands ?? 0),
    }
    row.at = { ...row.at, [connections]: figures }
  }
}

/** Puts the promises of every entrant to the test that counts visits. */
export async function proveAll(entrants: readonly Entrant[], tools: Tools): Promise<void> {
  for (const entrant of entrants.filter(({ contender }) => contender.dialect !== 'empty'))
    entrant.row.proofs = await played(entrant, 1, tools, () => tools.load.prove())
}

/**
 * Runs `work` while `connections` sessions of an entrant are open. A failure is the reason in the entrant's row; from
 * then on nothing is run and undefined is what comes.
 */
async function played<T>(
  entrant: Entrant,
  connections: number,
  { load }: Pick<Tools, 'load'>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const { contender, row, server } = entrant
  if (row.missing !== undefined) return undefined
  try {
    await load.open({ port: server.port, dialect: contender.dialect, connections })
    entrant.sessions += connections
    const result = await work()
    await load.close()
    return result
  } catch (error) {
    row.missing = `did not go on at ${connections} connections, ${(error as Error).message}`
    say(`${contender.name}: ${row.missing}`)
    return undefined
  }
}

async function measure({ server, env }: Entrant, { stage, load, options }: Tools): Promise<Slice> {
  await load.play(options.ms / 5)
  const before = { usage: await server.usage(), commands: await stage.commands() }
  const { turns, ms, p50, p99 } = await load.play(options.ms)
  const after = { usage: await server.usage(), commands: await stage.commands() }
  return {
    perSecond: (turns / ms) * 1000,
    p50,
    p99,
    cpuMicros: (after.usage.cpuMicros - before.usage.cpuMicros) / turns,
    commands: env.REDIS_URL ? (after.commands - before.commands) / turns : null,
  }
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}
