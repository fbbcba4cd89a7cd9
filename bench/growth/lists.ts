// The variables, one list each: what a hot turn is taken with, from little to much.

import { createEngine, type Engine, type Flow } from 'dogear'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { flow as benchFlow } from '../flow.ts'
import { begin, hot } from '../load/dialects.ts'
import { copyId, fill } from './fill.ts'
import { chainFlow, contextFlow, formFlow, helpFlow, nestedFlow, parallelFlow, timersFlow } from './flows.ts'
import { arrive, visit } from './person.ts'

/** `size` is the variable's value. `act` is one turn, with everything that follows it. */
export type Case = { size: number; label: string; act: () => Promise<void> }
export type List = { name: string; cases: Case[] }

/** `fill` is how many sessions the largest Redis holds. */
export type World = { lists: List[]; close(): Promise<void> }

const count = (size: number) => size.toLocaleString('en')

export async function openWorld(url: string, largest: number): Promise<World> {
  const engines: Engine[] = []
  const clients: Redis[] = []
  const connect = (db: number) => {
    const client = new Redis(url, { ...recommendedRedisOptions, db })
    clients.push(client)
    return client
  }
  const serve = (client: Redis, flows: readonly Flow[], cacheBytes?: number): Engine => {
    const engine = createEngine({ store: redisStore(client), flows, ...(cacheBytes ? { cacheBytes } : {}) })
    engines.push(engine)
    return engine
  }
  const listOf = async (name: string, sizes: readonly number[], one: (size: number) => Promise<Case['act']>) => {
    const cases: Case[] = []
    for (const size of sizes) cases.push({ size, label: count(size), act: await one(size) })
    return { name, cases }
  }
  const hotTurns = (name: string, sizes: readonly number[], flowOf: (size: number) => Flow, walk = (_: number) => 0) =>
    listOf(name, sizes, async (size) => {
      const flow = flowOf(size)
      const person = await arrive(serve(connect(0), [flow]), flow.id)
      for (let steps = walk(size); steps > 0; steps--) await person.send({ type: 'next' })
      return () => person.send(hot)
    })

  const sessions = [1_000, 10_000, 100_000, 1_000_000].filter((size) => size <= largest)
  const crowds = new Map<number, { hot: Case['act']; any: Case['act'] }>()
  for (const [index, size] of sessions.entries()) {
    const client = connect(index + 1)
    const person = await arrive(serve(client, [benchFlow]), 'bench', begin)
    await fill(client, person.credential.id, size)
    const cold = serve(client, [benchFlow], 1)
    const { secretHash } = person.credential
    const any = () => copyId(Math.floor(Math.random() * size))
    crowds.set(size, { hot: () => person.send(hot), any: () => visit(cold, 'bench', { id: any(), secretHash }) })
  }
  const crowd = (size: number) => crowds.get(size) as NonNullable<ReturnType<typeof crowds.get>>

  /** Every stream is at another process than the turn; the act ends when all have heard of it. */
  async function watched(streams: number): Promise<Case['act']> {
    const flow = contextFlow(1_200)
    const person = await arrive(serve(connect(0), [flow]), flow.id)
    const other = serve(connect(0), [flow])
    let missing = 0
    let heard = () => {}
    const listener = () => {
      if (--missing === 0) heard()
    }
    for (let stream = 0; stream < streams; stream++)
      await other.watch(flow.id, { credential: person.credential }, listener)
    return async () => {
      missing = streams
      const all = new Promise<void>((resolve) => {
        heard = resolve
      })
      await person.send(hot)
      await all
    }
  }

  async function drafting(fields: number): Promise<Case['act']> {
    const flow = formFlow(fields)
    const person = await arrive(serve(connect(0), [flow]), flow.id)
    let typed = 0
    return () => {
      typed++
      const values = Array.from({ length: fields }, (_, index) => [`field${index}`, `typed ${typed} of ${index}`])
      return person.save('only', Object.fromEntries(values))
    }
  }

  async function played(turns: number): Promise<Case['act']> {
    const person = await arrive(serve(connect(0), [benchFlow]), 'bench', begin)
    for (let turn = 0; turn < turns; turn++) await person.send(hot)
    return () => person.send(hot)
  }

  const lists = [
    await listOf('sessions in Redis, one of them hot', sessions, async (size) => crowd(size).hot),
    await listOf('sessions in Redis, each turn in another', sessions, async (size) => crowd(size).any),
    await hotTurns('bytes of context', [200, 1_200, 8_000, 64_000], contextFlow),
    await hotTurns('states in a row, walked through', [5, 50, 500], chainFlow, (size) => size - 1),
    await hotTurns('states to come, with help beside', [5, 50, 500], helpFlow),
    await hotTurns('states in each other', [1, 5, 25], nestedFlow),
    await hotTurns('parallel regions', [1, 2, 8], parallelFlow),
    await hotTurns('waiting timers', [0, 10, 100], timersFlow),
    await listOf('streams that watch the session', [1, 10, 50], watched),
    await listOf('fields of a draft that is saved', [1, 10, 50], drafting),
    await listOf('turns taken before', [10, 1_000, 10_000], played),
  ]
  return {
    lists,
    async close() {
      for (const engine of engines) await engine.close(0)
      for (const client of clients) client.disconnect()
    },
  }
}
