// A primary that dies after the link to its replica froze: what each durability has lost of what was acknowledged.

import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Archive, createEngine, defineFlow, type Engine, fromEffect } from 'dogear'
import type { Caller, Credential } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { setup } from 'xstate'
import { z } from 'zod'
import { openArchive } from '../archive.ts'
import { openLab } from '../lab.ts'
import { createRandom } from '../random.ts'
import { startRelay } from '../relay.ts'
import type { Finding } from '../report.ts'
import { until } from '../until.ts'
import type { Say } from './crowd.ts'

const classes = ['memory', 'replicated', 'archived'] as const
type Durability = (typeof classes)[number]

/** An order that waits for a provider which never answers, so that its session stays where it was acknowledged. */
const flow = (durability: Durability) =>
  defineFlow({
    id: 'orders',
    version: 1,
    machine: setup({
      types: { events: {} as { type: 'order' } },
      actors: {
        pay: fromEffect<void, undefined>(
          ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ),
      },
    }).createMachine({
      id: 'orders',
      initial: 'cart',
      states: { cart: { on: { order: 'paying' } }, paying: { invoke: { id: 'pay', src: 'pay', onError: 'cart' } } },
    }),
    events: { order: z.object({}) },
    effects: { pay: { durability } },
  })

export type DurabilityOptions = { seed: number; say: Say; runs?: number; people?: number }

type Told = Record<Durability, { acknowledged: number; lost: number }>

export async function durability({ seed, say, runs = 3, people = 4 }: DurabilityOptions): Promise<Finding> {
  const random = createRandom(seed)
  const { archive, close } = await openArchive()
  const told: Told = {
    memory: { acknowledged: 0, lost: 0 },
    replicated: { acknowledged: 0, lost: 0 },
    archived: { acknowledged: 0, lost: 0 },
  }
  try {
    for (let run = 1; run <= runs; run++) {
      const frozenMs = random.between(50, 400)
      await once({ archive, people, frozenMs, told })
      if (run % 10 === 0 || run === runs) say(`durability: ${run} of ${runs} primaries killed; ${textOf(told)}`)
    }
  } finally {
    await close()
  }
  const violations = (['replicated', 'archived'] as const)
    .filter((kind) => told[kind].lost > 0 || told[kind].acknowledged === 0)
    .map((kind) => ({ rule: 'durability', session: '', detail: textOf(told, [kind]) }))
  if (told.memory.lost === 0) violations.push({ rule: 'no fault', session: '', detail: 'nothing was lost at all' })
  const turns = classes.reduce((sum, kind) => sum + told[kind].acknowledged, 0)
  return {
    fault: 'primary killed while the link to its replica is frozen',
    seed,
    runs,
    turns,
    injected: runs,
    violations,
    recoveryMs: [],
    notes: [`seed ${seed}: ${textOf(told)}`],
  }
}

const textOf = (told: Told, kinds: readonly Durability[] = classes): string =>
  kinds.map((kind) => `${kind} lost ${told[kind].lost} of ${told[kind].acknowledged}`).join(', ')

type Run = { archive: Archive; people: number; frozenMs: number; told: Told }

async function once({ archive, people, frozenMs, told }: Run): Promise<void> {
  const lab = await openLab({ fsync: 'no' })
  const link = await startRelay(lab.redis.port)
  const clients: Redis[] = []
  const connect = async (port: number): Promise<Redis> => {
    const client = new Redis(port, '127.0.0.1', recommendedRedisOptions).on('error', () => {})
    clients.push(client)
    await new Promise((resolve) => client.once('ready', resolve))
    return client
  }
  const over = new AbortController()
  try {
    const replica = await lab.replicaOf(link.port)
    const client = await connect(lab.redis.port)
    const acknowledged = Object.fromEntries(classes.map((kind) => [kind, [] as Credential[]])) as Record<
      Durability,
      Credential[]
    >
    const crowd = classes.flatMap((kind) => {
      const engine = engineOn(client, kind, archive)
      return Array.from({ length: people }, () => order(engine, acknowledged[kind], over.signal))
    })
    // A busy machine takes its time over the first orders: a kill before them would test nothing.
    await until(() => classes.every((kind) => acknowledged[kind].length >= people))
    link.pointTo(undefined)
    const before = acknowledged.memory.length
    await sleep(frozenMs)
    await until(() => acknowledged.memory.length > before)
    await lab.redis.kill()
    over.abort()
    await Promise.all(crowd)
    const promoted = await connect(replica.port)
    await promoted.replicaof('NO', 'ONE')
    for (const kind of classes) {
      const engine = engineOn(promoted, kind, archive)
      const views = await Promise.all(acknowledged[kind].map((credential) => engine.read('orders', credential)))
      told[kind].acknowledged += views.length
      told[kind].lost += views.filter(({ value }) => value !== 'paying').length
      await engine.close(0)
    }
  } finally {
    over.abort()
    for (const client of clients) client.disconnect()
    await link.close()
    await lab.close()
  }
}

function engineOn(client: Redis, kind: Durability, archive: Archive): Engine {
  const store = redisStore(client, { prefix: kind, ...(kind === 'replicated' && { replicas: 1, replicaWaitMs: 100 }) })
  const behind = kind === 'archived' && { archive }
  return createEngine({ store, ...behind, flows: [flow(kind)], effectWaitMs: 1, effectConcurrency: 100_000 })
}

/** Places orders, each in a session of its own, and notes those that were acknowledged. */
async function order(engine: Engine, acknowledged: Credential[], over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const credential: Credential = { id: token(), secretHash: token() }
    const caller: Caller = { credential: undefined, mint: () => credential }
    const reply = await engine
      .send('orders', caller, { opId: randomUUID(), event: { type: 'order' } })
      .catch(() => undefined)
    if (reply?.outcome === 'applied') acknowledged.push(credential)
    await sleep(2)
  }
  await engine.close(0)
}

const token = (): string => randomBytes(32).toString('base64url')
