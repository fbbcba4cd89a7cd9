// Effects whose results cannot be kept, whose providers fail, whose processes die: never more calls than are allowed.

import { randomBytes } from 'node:crypto'
import { createEngine, type Engine, msgpackCodec, startWorker, type View, type Worker } from 'dogear'
import type { CommitResult, Entry } from 'dogear/conformance'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { around } from '../../packages/dogear/src/store/around.ts'
import type { Violation } from '../history.ts'
import { openLab } from '../lab.ts'
import { type Call, type PoisonName, poisonFlow, poisonNames, poisonOf } from '../poison.ts'
import { createRandom } from '../random.ts'
import type { Finding } from '../report.ts'
import { pause, type Say } from './crowd.ts'

export type PoisonOptions = { seed: number; orders: number; say: Say }

const leaseMs = 1_000
const workerLeaseMs = 300
/** A process that stands still for longer may lose its lease with the attempt that it has begun, as if it had died. */
const stallMs = workerLeaseMs / 2
const patienceMs = 120_000
const policies = [1, 2, 3]
const codec = msgpackCodec()
const never = () => new Promise<never>(() => {})

/** One process: an engine with its worker, which hears nothing of the world any more once it is `dead`. */
type Process = { engine: Engine; worker: Worker; dead: boolean; end(): Promise<void> }

/**
 * `by` are the processes that worked on the order, `calls` the calls of its provider. `hit`: one of those processes
 * died, or stood still on a busy machine, before it had heard that the order was `over`.
 */
type Order = {
  flow: string
  attempts: number
  poison: PoisonName
  who: Credential
  by: Set<Process>
  calls: Call[]
  hit: boolean
  over: boolean
}
type Credential = { id: string; secretHash: string }

export async function poisonEffects({ seed, orders: count, say }: PoisonOptions): Promise<Finding> {
  const lab = await openLab()
  const random = createRandom(seed)
  const orders = new Map<string, Order>()
  const everybody: Process[] = []
  let killing = true

  function die(one: Process): void {
    if (!killing || one.dead) return
    one.dead = true
    hit(one)
    everybody.push(born())
  }

  function hit(one: Process): void {
    for (const order of orders.values()) if (order.by.has(one) && !order.over) order.hit = true
  }

  function born({ mortal = true } = {}): Process {
    const client = new Redis(lab.redis.port, '127.0.0.1', recommendedRedisOptions)
    const alive = async <T>(request: () => Promise<T>, chance: number): Promise<T> => {
      if (mortal && random.chance(chance)) die(one)
      if (one.dead) return never()
      const answer = await request()
      if (mortal && random.chance(chance)) die(one)
      return one.dead ? never() : answer
    }
    const store = around(redisStore(client), async (request, name, [session, , entry]) => {
      const order = name === 'commit' ? orders.get(String(session)) : undefined
      if (!order) return alive(request, 0)
      order.by.add(one)
      const began = performance.now()
      const answer = await alive(request, 0.01)
      if (performance.now() - began > stallMs) hit(one)
      if ((answer as CommitResult).committed && isOver((entry as Entry).bytes)) order.over = true
      return answer
    })
    const call = (made: Call) => {
      const order = orders.get(made.effectId.split('.')[0] ?? '')
      if (!one.dead) order?.calls.push(made)
      order?.by.add(one)
      return alive(() => poisonOf(made.poison).provide(), 0.05)
    }
    const flows = policies.map((attempts) => poisonFlow(attempts, call))
    const engine = createEngine({ store, flows, leaseMs, effectWaitMs: 1, deadlineMs: 1_000, clock: () => Date.now() })
    const one: Process = {
      engine,
      worker: startWorker({ engine, leaseMs: workerLeaseMs, idleMs: 20 }),
      dead: false,
      async end() {
        await engine.close(0)
        // A look that a dead process never gets an answer to would keep its worker from stopping.
        await Promise.race([this.worker.stop(), pause(2_000, new AbortController().signal)])
        client.disconnect()
      },
    }
    return one
  }

  // All processes share this one's loop, so what holds it up holds up all of them.
  let before = performance.now()
  const loop = setInterval(() => {
    const now = performance.now()
    if (now - before > stallMs) for (const one of everybody) hit(one)
    before = now
  }, stallMs / 10)

  const pick = () => random.pick(everybody.filter(({ dead }) => !dead))

  async function place(index: number): Promise<void> {
    const attempts = random.pick(policies)
    const flow = `shop-${attempts}`
    const who = { id: hash(), secretHash: hash() }
    const poison = poisonNames[index % poisonNames.length] as PoisonName
    const order: Order = { flow, attempts, poison, who, by: new Set(), calls: [], hit: false, over: false }
    const send = async (credential: Credential | undefined, opId: string, event: { type: string }) => {
      for (;;) {
        const one = pick()
        const reply = await one.engine
          .send(flow, { credential, mint: () => who }, { opId, event })
          .catch(() => undefined)
        if (reply && reply.outcome !== 'rejected') return
      }
    }
    await send(undefined, `begin-${who.id}`, { type: 'begun' })
    orders.set(who.id, order)
    await send(who, `order-${who.id}`, { type: 'ordered', poison } as { type: string })
  }

  try {
    for (let started = 0; started < 4; started++) everybody.push(born())
    for (let at = 0; at < count; at += 40)
      await Promise.all(Array.from({ length: Math.min(40, count - at) }, (_, i) => place(at + i)))
    say(`poison effects: ${orders.size} orders placed`)

    const judge = born({ mortal: false })
    everybody.push(judge)
    const patience = AbortSignal.timeout(patienceMs)
    let open = [...orders.values()]
    while (open.length > 0 && !patience.aborted) {
      const found = await Promise.all(open.map(({ who }) => judge.engine.store.read(who.id)))
      open = open.filter((_, index) => {
        const one = found[index]
        return typeof one !== 'object' || !isOver(one.bytes)
      })
      await pause(200, patience)
    }
    killing = false
    // A call too many would come within a lease or two.
    await pause(3 * leaseMs, patience)
    const violations = await Promise.all(
      [...orders.values()].map(async (order) => judged(order, await look(judge.engine, order))),
    )
    const struck = [...orders.values()].filter((order) => order.hit).length
    const kills = everybody.filter(({ dead }) => dead).length
    return {
      fault: 'poison effects, processes dying',
      seed,
      runs: orders.size,
      turns: (await lab.written()).length,
      injected: kills,
      violations: violations.flat(),
      recoveryMs: [],
      notes: [`seed ${seed}: ${kills} processes died, which hit ${struck} of ${orders.size} orders`],
    }
  } finally {
    clearInterval(loop)
    await Promise.all(everybody.map((one) => one.end()))
    await lab.close()
  }
}

const hash = () => randomBytes(32).toString('base64url')

/** The order's view; undefined if the process that was asked died. */
const look = (engine: Engine, { flow, who }: Order): Promise<View | undefined> =>
  engine.read(flow, who).catch(() => undefined)

/** True if nothing more is to happen: the order is at an end, or its result rests because the machine threw over it. */
function isOver(bytes: Uint8Array): boolean {
  const { snapshot, effects } = codec.decode(bytes)
  const { value } = snapshot
  return value === 'paid' || value === 'failed' || effects.some(({ result }) => result !== undefined)
}

function judged({ attempts, poison, who, hit, calls }: Order, view: View | undefined): Violation[] {
  const { ends, code, again = false } = poisonOf(poison)
  const found: Violation[] = []
  const say = (detail: string) => found.push({ rule: 'effect', session: who.id, detail: `${poison}: ${detail}` })
  const numbers = calls.map(({ attempt }) => attempt)
  if (calls.length > attempts) say(`${calls.length} calls, ${attempts} are allowed`)
  if (new Set(numbers).size < numbers.length) say(`an attempt was made twice: ${numbers}`)
  if (new Set(calls.map(({ effectId }) => effectId)).size > 1) say('the provider was given two keys')
  const { value, context } = (view ?? {}) as { value?: unknown; context?: { out: { code?: string } | null } }
  const told = context?.out?.code
  // A process that died may have taken the last attempt with it; then, and only then, nobody knows how it ended.
  if (value === 'failed' && told === 'effect_failed' && hit) return found
  if (value !== ends) say(`it ended in "${value}" instead of "${ends}"`)
  if (code !== undefined && told !== code) say(`the machine was told "${told}" instead of "${code}"`)
  if (!hit && calls.length !== (again ? attempts : 1)) say(`${calls.length} calls without any fault`)
  return found
}
