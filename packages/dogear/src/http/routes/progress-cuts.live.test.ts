// A thousand cuts through the streams of progress, at any byte, on real connections, while processes die.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { bundled } from '../../../../../scripts/bundled.mjs'
import { asJson } from '../../../fixtures/order.ts'
import { eventSourceTo } from '../../client/event-source.fixture.ts'
import { followProgress } from '../../client/progress.ts'
import { shop } from '../../engine/effects/shop.fixture.ts'
import { eventually } from '../../engine/harness.fixture.ts'
import type { Flow } from '../../flow/define.ts'
import { recommendedRedisOptions } from '../../redis/options.ts'
import { redisStore } from '../../redis/store.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import type { Progress } from '../../wire.ts'
import { type Cut, cuttingProxy } from './cutting-proxy.fixture.ts'
import { type ProgressServer, serveProgress } from './progress-server.fixture.ts'

const [runs, pages, cutsPerPage] = [2, 25, 20]
/** All that somebody may take for the end of a line, or of a message. */
const ends = 'a\nb\rc\r\nd\n\ne\u2028f\u2029g\u0085h'

const url = process.env.DOGEAR_TEST_REDIS_URL ?? ''
const client = new Redis(url, recommendedRedisOptions)
afterAll(() => client.quit())

/**
 * The course of a run: the words of both attempts, the cuts of each page, the processes that die, the pages that are
 * hidden and shown again, one after the other.
 */
const plans = fc.record({
  words: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { minLength: 20, maxLength: 60 }),
  pages: fc.array(
    fc.array(fc.record<Cut>({ at: fc.integer({ min: -40, max: 260 }), to: fc.nat(2) }), {
      ...{ minLength: cutsPerPage, maxLength: cutsPerPage },
    }),
    { minLength: pages, maxLength: pages },
  ),
  flips: fc.array(fc.nat(pages - 1), { minLength: 30, maxLength: 60 }),
  deaths: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 }),
})

/** Processes on one store: the first runs the effect, the others only serve, and may die. */
type Town = {
  first: ProgressServer
  portOf(to: number): number
  kill(which: number): Promise<void>
  end(): Promise<void>
}

/** An effect that says word after word, fails once, and goes on until it is told to end. */
function talker() {
  /** All that was said so far, by attempt; the next attempt begins when the last has failed. */
  const said: Record<string, string> = {}
  let calls = 0
  let talk: (chunk: string) => void = () => {}
  let settle: { resolve: (result: string) => void; reject: (error: Error) => void } | undefined
  const { flow } = shop({
    attempts: 2,
    // On a busy machine a course takes longer than an attempt may by default.
    timeout: '1 hour',
    provider: ({ progress }) => {
      const name = `1.${++calls}`
      said[name] = ''
      talk = (chunk) => {
        said[name] += chunk
        progress(chunk)
      }
      return new Promise((resolve, reject) => {
        settle = { resolve, reject }
      })
    },
  })
  return {
    flow,
    said,
    talk: (chunk: string) => talk(chunk),
    fail: () => settle?.reject(new Error('no answer')),
    end: () => settle?.resolve('ch_1'),
    calls: () => calls,
  }
}

/** A page behind a proxy of its own, which checks every text that it is given. */
async function page(town: Town, cookie: string, cuts: readonly Cut[], said: Readonly<Record<string, string>>) {
  const proxy = await cuttingProxy(town.portOf, cuts)
  const faults: string[] = []
  let shown: Progress = {}
  let [opened, flips, heard] = [0, 0, 0]
  let last: { readyState: number } | undefined
  const Source = eventSourceTo({
    origin: () => `http://localhost:${proxy.port}`,
    headers: { Cookie: cookie },
    retryMs: 10,
  })
  class EventSource extends Source {
    constructor(path: string) {
      super(path)
      opened++
      last = this
    }
  }
  const listeners = new Set<() => void>()
  const document = {
    visibilityState: 'visible' as DocumentVisibilityState,
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
  }
  /** Hides the page and shows it again, whose new stream then tells all there is to a page that has most of it. */
  function flip(): void {
    flips++
    for (const state of ['hidden', 'visible'] as const) {
      document.visibilityState = state
      for (const listener of listeners) listener()
    }
  }
  const stop = followProgress(
    '/api/flows/checkout',
    (progress) => {
      heard++
      const [before, now] = [shown.pay, progress.pay]
      shown = progress
      if (!now) return
      if (!said[now.attempt]?.startsWith(now.text))
        faults.push(`${now.attempt} shows what it has not said: ${now.text}`)
      if (before && before.attempt > now.attempt) faults.push(`${before.attempt} is followed by ${now.attempt}`)
      if (before?.attempt === now.attempt && before.text.length > now.text.length)
        faults.push(`it shows less: ${before.text.length} and then ${now.text.length}`)
    },
    { environment: { document: document as never, EventSource, addEventListener: () => {} } },
  )
  const end = () => {
    stop()
    proxy.close()
  }
  /** Streams that the page has asked for anew, because something was missing in one. */
  const gaps = () => opened - flips - 1
  /** For the message of a failure. */
  const course = () => `called ${heard} times by ${opened} streams after ${flips} flips, the last ${last?.readyState}`
  return { proxy, faults, shown: () => shown, gaps, flip, end, course }
}

/** Every plan is carried out on a session of its own. Resolves to the cuts, and to those within a character. */
async function cutAThousandTimes(make: (flow: Flow) => Promise<Town>): Promise<{ made: number; inside: number }> {
  const total = { made: 0, inside: 0 }
  const property = fc.asyncProperty(plans, async (plan) => {
    const { flow, said, talk, fail, end, calls } = talker()
    const town = await make(flow)
    const cookie = await order(town.first.port)
    await eventually(() => expect(calls()).toBe(1))
    const open = await Promise.all(plan.pages.map((cuts) => page(town, cookie, cuts, said)))
    try {
      const most = plan.pages.length * cutsPerPage
      const made = () => open.reduce((sum, { proxy }) => sum + proxy.made(), 0)
      const deaths = [...plan.deaths]
      const dying: Promise<void>[] = []
      const words = [ends, ...plan.words]
      const until = performance.now() + 180_000
      for (let nth = 0; made() < most; nth++) {
        if (performance.now() > until) throw new Error(`only ${made()} of ${most} cuts were made`)
        talk(words[nth % words.length] ?? '')
        if (calls() === 1 && made() > most / 2) fail()
        if (nth % 8 === 0) open[plan.flips[nth / 8] ?? -1]?.flip()
        const share = (plan.deaths.length - deaths.length + 1) / (plan.deaths.length + 1)
        if (deaths.length > 0 && made() > most * share) dying.push(town.kill(deaths.shift() ?? 1))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await Promise.all(dying)
      await eventually(() => expect(calls()).toBe(2))
      talk('🏁')
      const whole = said['1.2'] ?? ''
      const all = { pay: { attempt: '1.2', text: whole, value: undefined } }
      for (const { shown, course } of open) await eventually(() => expect(shown(), course()).toEqual(all))
      end()
      for (const { shown } of open) await eventually(() => expect(shown()).toEqual({}))
      expect(open.flatMap(({ faults }) => faults)).toEqual([])
      expect(open.reduce((sum, { gaps }) => sum + gaps(), 0)).toBe(0)
      total.made += made()
      total.inside += open.reduce((sum, { proxy }) => sum + proxy.insideCharacters(), 0)
    } finally {
      for (const one of open) one.end()
      await town.end()
    }
  })
  // A failure names the seed. No shorter plan is looked for, as the times are never the same again.
  await fc.assert(property, { numRuns: runs, endOnFailure: true })
  return total
}

/** Places an order, and resolves to the cookie of its session. */
async function order(port: number): Promise<string> {
  const body = { opId: `operation-${randomUUID()}`, event: { type: 'order' } }
  const { headers, ...rest } = asJson(body)
  const answer = await fetch(`http://localhost:${port}/api/flows/checkout/events`, {
    ...rest,
    headers: { ...headers, 'Sec-Fetch-Site': 'same-origin' },
  })
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

const silent = shop({ provider: () => new Promise(() => {}) }).flow

/** All in this process, each with an engine and a server of its own. */
async function inMemory(flow: Flow): Promise<Town> {
  const store: Store = memoryStore()
  const servers = [
    await serveProgress(store, flow),
    await serveProgress(store, silent),
    await serveProgress(store, silent),
  ]
  const [first] = servers as [ProgressServer]
  return {
    first,
    portOf: (to) => servers[to % servers.length]?.port ?? 0,
    async kill(which) {
      const dead = servers[which]
      servers[which] = await serveProgress(store, silent)
      await dead?.end()
    },
    end: async () => void (await Promise.all(servers.map((server) => server.end()))),
  }
}

const program = bundled(fileURLToPath(new URL('./progress-server.fixture.ts', import.meta.url)))

/** Servers in processes of their own, which are killed without a warning and started again. */
async function onRedis(
  prefix: string,
  children: Map<number, { child: ChildProcess; port: number }>,
  flow: Flow,
): Promise<Town> {
  const first = await serveProgress(redisStore(client, { prefix }), flow)
  return {
    first,
    portOf: (to) => (to === 0 ? first.port : (children.get(to)?.port ?? first.port)),
    async kill(which) {
      children.get(which)?.child.kill('SIGKILL')
      // Until there is another, its pages come to the first.
      children.delete(which)
      children.set(which, await started(prefix))
    },
    end: () => first.end(),
  }
}

async function started(prefix: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [program, url, prefix], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout, 'data')
  return { child, port: Number(port) }
}

it('no chunk is lost or doubled in a thousand cuts at any byte, within one process', async () => {
  const { made, inside } = await cutAThousandTimes(inMemory)
  expect(made).toBe(runs * pages * cutsPerPage)
  expect(inside).toBeGreaterThan(0)
}, 600_000)

it('no chunk is lost or doubled in a thousand cuts at any byte, on Redis, by processes that are killed', async () => {
  const prefix = `cuts-${randomUUID()}`
  const children = new Map<number, { child: ChildProcess; port: number }>()
  try {
    for (const which of [1, 2]) children.set(which, await started(prefix))
    const { made, inside } = await cutAThousandTimes((flow) => onRedis(prefix, children, flow))
    expect(made).toBe(runs * pages * cutsPerPage)
    expect(inside).toBeGreaterThan(0)
  } finally {
    for (const { child } of children.values()) child.kill('SIGKILL')
  }
}, 600_000)
