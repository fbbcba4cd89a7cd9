// A short play on two engines over one Redis that brings out every planted bug: a race, a lost answer, a zombie, a
// timer.

import { createEngine, type Engine, fromEffect, startWorker } from 'dogear'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { around } from '../packages/dogear/src/store/around.ts'
import { type Charge, type ChargeInput, charge, checkout } from './flow.ts'
import type { Journal } from './journal.ts'
import { type Judged, judge } from './judge.ts'
import type { Lab } from './lab.ts'
import { person, type Request } from './person.ts'
import { type Plant, plantedCodec } from './planted-bugs.ts'

const [holdMs, leaseMs] = [1_500, 400]
const patienceMs = 15_000

/** Plays once with `plant` in every process, and has the outcome judged. */
export async function playAndJudge(lab: Lab, prefix: string, plant: Plant): Promise<Judged> {
  const journal: Journal = { operations: [], reads: [] }
  const [a, b] = [stage(lab, prefix, plant), stage(lab, prefix, plant)]
  try {
    await race(journal, a.engine, b.engine)
    await lostAnswer(journal, a.engine, b.engine)
    await timer(journal, a, b)
    await zombie(journal, a, b)
  } finally {
    await Promise.all([a, b].map((one) => one.close()))
  }
  return judge({ lab, journal, holdMs, leaseMs, prefix: `${prefix}:` })
}

type Stage = ReturnType<typeof stage>

/**
 * One process, as far as the play needs one. `freeze` keeps it from the store and from finishing charges, like SIGSTOP
 * would.
 */
function stage(lab: Lab, prefix: string, plant: Plant) {
  const client = new Redis(lab.redis.port, '127.0.0.1', recommendedRedisOptions)
  const sound = redisStore(client, { prefix })
  let thaw: () => void = () => {}
  let frozen: Promise<void> | undefined
  let charging = (charge: () => Promise<Charge>) => charge()
  const store = around(plant.store?.(sound, client, prefix) ?? sound, async (request) => {
    await frozen
    return request()
  })
  const chargeCard = fromEffect<Charge, ChargeInput>(({ input, effectId }) =>
    charging(() => charge(lab.paymentsPort, { key: plant.keyOf?.(effectId) ?? effectId, input })),
  )
  const flow = checkout.provide({ actors: { chargeCard }, delays: { priceHold: holdMs } })
  const engine = createEngine({
    store,
    flows: [flow],
    codec: plantedCodec(plant),
    leaseMs,
    effectWaitMs: 1,
    deadlineMs: patienceMs,
  })
  const workers: { stop(): Promise<void> }[] = []
  return {
    engine,
    work: () => void workers.push(startWorker({ engine, leaseMs, idleMs: 10 })),
    onCharge: (wrap: typeof charging) => {
      charging = wrap
    },
    freeze() {
      frozen = new Promise((resolve) => {
        thaw = resolve
      })
    },
    thaw() {
      frozen = undefined
      thaw()
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await engine.close(500)
      client.disconnect()
    },
  }
}

/** Two tabs, two servers, two answers to the same question, at the same moment. */
async function race(journal: Journal, a: Engine, b: Engine): Promise<void> {
  const someone = person(journal)
  await someone.does(a, address)
  await someone.looks(b)
  await Promise.all([someone.does(a, card('tok_ok')), someone.does(b, card('tok_lost_reply'), 'other tab')])
  await someone.looks(a)
}

/** The answer never arrives, so the same request is sent again to another server. */
async function lostAnswer(journal: Journal, a: Engine, b: Engine): Promise<void> {
  const someone = person(journal)
  await someone.does(a, address)
  await someone.looks(b)
  const operation = await someone.does(a, card('tok_lost_reply'))
  await someone.again(b, operation, { forget: true })
  await someone.does(b, place)
  await someone.ends(b)
  await someone.looks(a)
}

async function timer(journal: Journal, a: Stage, b: Stage): Promise<void> {
  const someone = person(journal)
  await someone.does(a.engine, address)
  await someone.looks(a.engine)
  b.work()
  await someone.ends(b.engine)
  await someone.looks(a.engine)
}

/** Process A charges and is frozen. B takes over; while B still charges, A wakes up with a failure. */
async function zombie(journal: Journal, a: Stage, b: Stage): Promise<void> {
  const someone = person(journal)
  let wakeUp: () => void = () => {}
  const asleep = new Promise<void>((resolve) => {
    wakeUp = resolve
  })
  a.onCharge(async () => {
    a.freeze()
    await asleep
    throw Object.assign(new Error('no answer'), { retryable: false })
  })
  let finish: () => void = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const takenOver = new Promise<void>((resolve) => {
    b.onCharge(async (charge) => {
      const charged = await charge()
      resolve()
      await finished
      return charged
    })
  })
  await someone.does(a.engine, address)
  await someone.does(a.engine, card('tok_ok'))
  await Promise.race([someone.does(a.engine, place), takenOver, expired()])
  await Promise.race([takenOver, expired()])
  a.thaw()
  wakeUp()
  await a.engine.close(patienceMs)
  finish()
  await someone.ends(b.engine)
}

const address: Request = {
  step: 'shipping',
  event: {
    type: 'shipping.submitted',
    name: 'Ada',
    line1: '1 Way',
    city: 'York',
    postcode: 'YO1 1AA',
    country: 'GB',
    email: 'ada@example.com',
  },
}
const card = (cardToken: string): Request => ({
  step: 'payment',
  event: { type: 'payment.submitted', method: 'card', cardToken },
})
const place: Request = { step: 'review', event: { type: 'order.placed' } }

function expired(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 4 * leaseMs).unref())
}
