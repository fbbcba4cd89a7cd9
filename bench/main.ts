// Compares a hot turn of Dogear with hand-made designs, side by side in one run on a private Redis.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createEngine, defineFlow } from 'dogear'
import type { Credential } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { assign, createActor, setup } from 'xstate'
import { z } from 'zod'
import { startRedis } from '../scripts/services.mjs'

const machine = setup({
  types: {
    context: {} as { name: string; visits: number },
    events: {} as { type: 'name.given'; name: string } | { type: 'visited' },
  },
}).createMachine({
  id: 'bench',
  initial: 'name',
  context: { name: '', visits: 0 },
  states: {
    name: {
      id: 'name',
      meta: { step: { path: 'name', title: 'Name' } },
      on: { 'name.given': { target: 'visits', actions: assign({ name: ({ event }) => event.name }) } },
    },
    visits: {
      id: 'visits',
      meta: { step: { path: 'visits', title: 'Visits' } },
      on: { visited: { actions: assign({ visits: ({ context }) => context.visits + 1 }) } },
    },
  },
})
const flow = defineFlow({
  id: 'bench',
  version: 1,
  machine,
  events: { 'name.given': z.object({ name: z.string().max(80) }), visited: z.object({}) },
})

/** One design for keeping a session: `start` makes one and returns its next turn. A safe one loses no racing update. */
type Contender = { name: string; safe: boolean; start(): Promise<() => Promise<unknown>> }

const connections: Redis[] = []
const hash = () => randomBytes(32).toString('base64url')

function dogear(client: Redis): Contender {
  const engine = createEngine({ store: redisStore(client), flows: [flow] })
  let operations = 0
  return {
    name: 'dogear',
    safe: true,
    async start() {
      const credential: Credential = { id: hash(), secretHash: hash() }
      const caller = { credential: undefined as Credential | undefined, mint: () => credential }
      // As every page does, each event names the position that its sender has seen.
      let position: { epoch: number; revision: number; mark: string } | undefined
      const send = async (event: { type: string }) => {
        const { view } = await engine.send('bench', caller, { opId: `operation-${operations++}`, position, event })
        position = { epoch: view.epoch, revision: view.revision, mark: view.mark }
      }
      await send({ type: 'name.given', name: 'Ada' } as never)
      caller.credential = credential
      return () => send({ type: 'visited' })
    },
  }
}

const first = () => {
  const actor = createActor(machine).start()
  actor.send({ type: 'name.given', name: 'Ada' })
  const text = JSON.stringify(actor.getPersistedSnapshot())
  actor.stop()
  return text
}
const next = (text: string) => {
  const actor = createActor(machine, { snapshot: JSON.parse(text) }).start()
  actor.send({ type: 'visited' })
  const saved = JSON.stringify(actor.getPersistedSnapshot())
  actor.stop()
  return saved
}

/** The documented pattern: read, run a live actor, write. Two tabs that race lose one update. */
function byHand(client: Redis): Contender {
  return {
    name: 'xstate + GET/SET',
    safe: false,
    async start() {
      const key = `hand:${hash()}`
      await client.set(key, first(), 'PX', 60_000)
      return async () => client.set(key, next((await client.get(key)) as string), 'PX', 60_000)
    },
  }
}

/** The same with WATCH/MULTI, so that no update is lost; needs one connection per busy session. */
function watched(client: Redis): Contender {
  return {
    name: 'xstate + WATCH/MULTI',
    safe: true,
    async start() {
      const own = client.duplicate({ enableOfflineQueue: true })
      connections.push(own)
      const key = `watch:${hash()}`
      await own.set(key, first(), 'PX', 60_000)
      return async () => {
        for (;;) {
          await own.watch(key)
          const saved = next((await own.get(key)) as string)
          if (await own.multi().set(key, saved, 'PX', 60_000).exec()) return
        }
      }
    },
  }
}

/** The same with a lock around it (SET NX PX … DEL), the other common answer to lost updates. */
function locked(client: Redis): Contender {
  return {
    name: 'xstate + lock',
    safe: true,
    async start() {
      const key = `lock:${hash()}`
      await client.set(key, first(), 'PX', 60_000)
      return async () => {
        while (!(await client.set(`${key}:lock`, '1', 'PX', 5_000, 'NX')))
          await new Promise((resolve) => setTimeout(resolve, 1))
        await client.set(key, next((await client.get(key)) as string), 'PX', 60_000)
        await client.del(`${key}:lock`)
      }
    },
  }
}

type Turn = () => Promise<unknown>

/** Runs the turns of several sessions at once for `ms` milliseconds; returns turns per second. */
async function measure(turns: readonly Turn[], ms: number): Promise<number> {
  const started = performance.now()
  const until = started + ms
  let done = 0
  await Promise.all(
    turns.map(async (turn) => {
      for (; performance.now() < until; done++) await turn()
    }),
  )
  return (done / (performance.now() - started)) * 1000
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

async function commandsPerTurn(client: Redis, contender: Contender): Promise<number> {
  const turn = await contender.start()
  await turn()
  const processed = async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1])
  const before = await processed()
  for (let count = 0; count < 100; count++) await turn()
  // INFO counts itself once.
  return ((await processed()) - before - 1) / 100
}

const rounds = Number(process.env.BENCH_ROUNDS ?? 40)
const sliceMs = 150
const service = await startRedis()
const client = new Redis(service.url, recommendedRedisOptions)
await once(client, 'ready')
try {
  const contenders = [dogear(client), byHand(client), watched(client), locked(client)]
  for (const sessions of [1, 32]) {
    // The contenders alternate in short slices and each ratio compares neighbours: a busy machine slows all alike.
    const noun = sessions === 1 ? 'session' : 'sessions'
    console.log(`\nhot turns, ${sessions} ${noun} at once (${rounds} rounds of ${sliceMs} ms each, medians)`)
    const entrants = await Promise.all(
      contenders.map(async (contender) => ({
        contender,
        rates: [] as number[],
        turns: await Promise.all(Array.from({ length: sessions }, () => contender.start())),
      })),
    )
    for (const { turns } of entrants) await measure(turns, sliceMs)
    for (let round = 0; round < rounds; round++)
      for (const { turns, rates } of entrants) rates.push(await measure(turns, sliceMs))
    const ours = entrants[0]?.rates ?? []
    for (const { contender, rates } of entrants) {
      const ratio = median(ours.map((rate, round) => rate / (rates[round] ?? rate)))
      const rate = `${median(rates).toFixed(0).padStart(7)} turns/s   dogear is ${ratio.toFixed(2)}x`
      console.log(`  ${contender.name.padEnd(22)} ${rate}   ${contender.safe ? '' : 'loses updates'}`)
    }
  }
  console.log('\nRedis commands per hot turn (script calls count what they run inside)')
  for (const contender of contenders)
    console.log(`  ${contender.name.padEnd(22)} ${(await commandsPerTurn(client, contender)).toFixed(2)}`)
} finally {
  for (const connection of [client, ...connections]) connection.disconnect()
  await service.stop()
}
