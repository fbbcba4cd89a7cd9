// The conversation of every contender: played, weighed, found again in rounds that go from one to the next.

import pg from 'pg'
import { say, seconds } from '../../scripts/output.mjs'
import { fetchedProgram } from '../contenders/fetched.ts'
import { openStage, type Stage } from '../contenders/stage.ts'
import type { Conversation, ConversationRow } from '../output/results.ts'
import { median } from '../rounds.ts'
import { type PlayerProcess, startPlayer } from './player-process.ts'
import { turns } from './turns.ts'

type Contestant = {
  name: string
  made: string
  store: 'redis' | 'postgres'
  file: (stage: Stage) => Promise<string>
  env?: Record<string, string>
}
type Entrant = { row: ConversationRow; player: PlayerProcess; weigh: () => Promise<number> }

const dogear: Contestant['file'] = (stage) => stage.program('conversation/dogear')
const langgraph: Contestant['file'] = () => fetchedProgram('conversation')
// @langchain/langgraph-checkpoint-redis answers "ERR unknown command 'JSON.SET'" with a Redis without modules.
const saver = 'LangGraph.js, its checkpointer for PostgreSQL (the one for Redis needs RedisJSON and RediSearch)'

const contestants: readonly Contestant[] = [
  { name: 'dogear', made: 'Dogear, Redis, sealed; old exchanges condensed, kept beside', store: 'redis', file: dogear },
  { name: 'dogear-postgres', made: 'the same, PostgreSQL', store: 'postgres', file: dogear },
  { name: 'langgraph', made: `${saver}; every message in the state`, store: 'postgres', file: langgraph },
  {
    name: 'langgraph-lean',
    made: 'the same; old messages condensed by the same rule, saved once a turn',
    store: 'postgres',
    file: langgraph,
    env: { LEAN: '1' },
  },
]

/** Those that ours are compared with. */
const others = ['langgraph', 'langgraph-lean']

/** Plays so many conversations with each contestant, then finds each of them again, once in every round. */
export async function runConversation(conversations: number, rounds: number): Promise<Conversation> {
  const stage = await openStage({})
  const entrants: Entrant[] = []
  try {
    const rows: ConversationRow[] = []
    for (const contestant of contestants) {
      const row: ConversationRow = { name: contestant.name, made: contestant.made }
      rows.push(row)
      const entrant = await enter(contestant, row, stage).catch((error: Error) => {
        row.missing = `did not run, ${error.message}`
      })
      if (entrant) entrants.push(entrant)
    }
    const before = await Promise.all(entrants.map(({ weigh }) => weigh()))
    for (const [index, { row, player, weigh }] of entrants.entries()) {
      await player.play(conversations)
      row.bytes = ((await weigh()) - (before[index] ?? 0)) / conversations
      say(`${row.name} has kept ${conversations} conversations (${seconds()})`)
    }
    const times = await resumed(entrants, rounds)
    for (const [index, { row }] of entrants.entries()) row.resumeMs = median(times[index] ?? [])
    const date = new Date().toISOString().slice(0, 10)
    return { date, turns, conversations, rounds, rows, ratios: ratiosOf(entrants, times) }
  } finally {
    for (const { player } of entrants) await player.stop()
    await stage.close()
  }
}

async function enter({ store, file, env }: Contestant, row: ConversationRow, stage: Stage): Promise<Entrant> {
  const place = await stage.store(store)
  const player = await startPlayer(await file(stage), { ...place, ...env })
  return { row, player, weigh: () => (store === 'redis' ? stage.bytes(place) : pagesOf(place.DATABASE_URL)) }
}

/** The medians of every round, by contestant. The first round, in which compilers see the code, does not count. */
async function resumed(entrants: readonly Entrant[], rounds: number): Promise<number[][]> {
  const times = entrants.map((): number[] => [])
  for (let round = 0; round <= rounds; round++)
    for (const [index, { player }] of entrants.entries()) {
      const middle = median(await player.resume())
      if (round > 0) times[index]?.push(middle)
    }
  return times
}

function ratiosOf(entrants: readonly Entrant[], times: readonly (readonly number[])[]): Conversation['ratios'] {
  const named = entrants.map(({ row }, index) => ({ ...row, times: times[index] ?? [] }))
  return named
    .filter(({ name }) => !others.includes(name))
    .flatMap((our) =>
      named
        .filter(({ name }) => others.includes(name))
        .map((their) => ({
          of: our.name,
          to: their.name,
          bytes: (our.bytes ?? Number.NaN) / (their.bytes ?? Number.NaN),
          time: median(our.times.map((ms, round) => ms / (their.times[round] ?? Number.NaN))),
        })),
    )
}

/** The bytes of all tables with their indexes, once everything that was deleted or replaced has left them. */
async function pagesOf(url = ''): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('vacuum full')
  const { rows } = await client.query(
    `select coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 as bytes from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
  )
  await client.end()
  return rows[0].bytes
}
