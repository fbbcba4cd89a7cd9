// A process that answers one request and ends, as the function of a serverless platform may.

import { appendFile } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { setup } from 'xstate'
import { z } from 'zod'
import { createEngine } from '../engine/engine.ts'
import { defineFlow } from '../flow/define.ts'
import { type EffectCall, fromEffect } from '../flow/machine.ts'
import { createHttp } from '../http/index.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { toFetchHandler } from './index.ts'

/**
 * `after` is what the platform allows once the answer is given: `run`, as with `waitUntil`; or `nothing`. Without a
 * request, the process is a cron job. The provider needs `chargeMs` and notes its charges in the file `ledger`.
 */
export type Job = {
  redis: string
  prefix: string
  keys: string
  ledger: string
  chargeMs: number
  request?: { path: string; method?: string; headers?: Record<string, string>; body?: string }
  after: 'run' | 'nothing'
}
export type Done = { status?: number; body?: string; cookies?: string[]; counts?: object; errors: string[] }

export const leaseMs = 1_500
export const reminderMs = 1_000

function orderFlow(charge: (call: EffectCall) => Promise<void>) {
  const machine = setup({
    types: { events: {} as { type: 'seats.chosen' } | { type: 'order.placed' } },
    actors: { charge: fromEffect<void, undefined>(charge) },
    delays: { reminder: reminderMs },
  }).createMachine({
    id: 'order',
    initial: 'seats',
    states: {
      seats: { meta: { step: { path: 'seats', title: 'Seats' } }, on: { 'seats.chosen': 'review' } },
      review: { meta: { step: { path: 'review', title: 'Review' } }, on: { 'order.placed': 'paying' } },
      paying: { invoke: { id: 'charge', src: 'charge', onDone: 'paid', onError: 'failed' } },
      failed: { meta: { step: { path: 'failed', title: 'Not paid' } } },
      paid: { meta: { step: { path: 'paid', title: 'Paid' } }, after: { reminder: 'reminded' } },
      reminded: { type: 'final', meta: { step: { path: 'reminded', title: 'See you tonight' } } },
    },
  })
  const none = z.object({})
  return defineFlow({ id: 'order', version: 1, machine, events: { 'seats.chosen': none, 'order.placed': none } })
}

async function work({ redis, prefix, keys, ledger, chargeMs, request, after }: Job): Promise<void> {
  const errors: string[] = []
  const client = new Redis(redis, recommendedRedisOptions)
  const flow = orderFlow(async ({ effectId, attempt }) => {
    await new Promise((resolve) => setTimeout(resolve, chargeMs))
    await appendFile(ledger, `${effectId} ${attempt}\n`)
  })
  const engine = createEngine({
    ...{ store: redisStore(client, { prefix }), flows: [flow], keys, leaseMs, effectWaitMs: 1 },
    onError: (error) => errors.push(String(error)),
  })
  const tell = (done: Omit<Done, 'errors'>) =>
    new Promise<void>((told) => process.stdout.write(`${JSON.stringify({ ...done, errors })}\n`, () => told()))
  if (request) {
    const { path, ...init } = request
    const answer = await toFetchHandler(createHttp({ engine }))(new Request(`https://shop.example${path}`, init))
    await tell({ status: answer.status, body: await answer.text(), cookies: answer.headers.getSetCookie() })
    if (after === 'run') await engine.runDue({ budgetMs: 5_000 })
  } else await tell({ counts: await engine.runDue({ budgetMs: 5_000 }) })
  // The platform ends the process here, with whatever it was at.
  process.exit(0)
}

if (process.argv[2]) await work(JSON.parse(process.argv[2]) as Job)
