// The conversation kept by Dogear, on the store that the environment names; what was condensed lies beside it there.

import { once } from 'node:events'
import { createEngine, fromEffect } from 'dogear'
import type { Credential } from 'dogear/http'
import { Redis } from 'ioredis'
import pg from 'pg'
import { sealing } from '../contenders/sealing.ts'
import { openStore } from '../contenders/stores.ts'
import { arrive } from '../growth/person.ts'
import { type Condensation, conversation } from './flow.ts'
import { servePlayer } from './player.ts'
import { condensed, type Exchange, exchangeOf, turns } from './turns.ts'

const { REDIS_URL, DATABASE_URL } = process.env
const keep = await openArchive()

const answer = fromEffect<string, { turn: number }>(async ({ input }) => exchangeOf(input.turn).answer)
const condense = fromEffect<string, Condensation>(async ({ input, session }) => {
  await keep(session, input.first, input.exchanges)
  return condensed(input.summary, input.exchanges)
})
const engine = createEngine({
  store: await openStore(),
  flows: [conversation.provide({ actors: { answer, condense } })],
  ...sealing,
  // Nothing is remembered, so that each return is that to a process that has never seen the session.
  cacheBytes: 0,
  onError: console.error,
})
const credentials = new Map<string, Credential>()

/** Where exchanges go that no turn needs any more: each once, however often its effect runs. */
async function openArchive(): Promise<(session: string, first: number, exchanges: Exchange[]) => Promise<void>> {
  if (REDIS_URL) {
    const redis = new Redis(REDIS_URL)
    await once(redis, 'ready')
    return async (session, first, exchanges) => {
      const entries = exchanges.flatMap((exchange, index) => [String(first + index), JSON.stringify(exchange)])
      await redis.hset(`exchanges:${session}`, ...entries)
    }
  }
  const pool = new pg.Pool({ connectionString: DATABASE_URL })
  await pool.query(
    'create table exchanges (session text, nth int, question text, answer text, primary key (session, nth))',
  )
  return async (session, first, exchanges) => {
    const column = (name: keyof Exchange) => exchanges.map((exchange) => exchange[name])
    await pool.query(
      `insert into exchanges select $1, $2 + nth - 1, question, answer
       from unnest($3::text[], $4::text[]) with ordinality as each (question, answer, nth) on conflict do nothing`,
      [session, first, column('question'), column('answer')],
    )
  }
}

const asked = (turn: number) => ({ type: 'asked', question: exchangeOf(turn).question })

servePlayer(
  {
    async play() {
      const person = await arrive(engine, 'conversation', asked(0))
      for (let turn = 1; turn < turns; turn++) await person.send(asked(turn))
      credentials.set(person.credential.id, person.credential)
      return person.credential.id
    },
    async resume(id) {
      const { context } = await engine.read('conversation', credentials.get(id))
      return (context as { exchanges: Exchange[] }).exchanges.at(-1)?.answer
    },
  },
  exchangeOf(turns - 1).answer,
)
