// A store that loses its last writes again and again, while two processes serve from warm caches.

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEngine, type Engine, type Position, type Store, startWorker, type View } from 'dogear'
import type { Caller } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { evicted, flushed } from '../emptied.ts'
import { checkout } from '../flow.ts'
import { openLab } from '../lab.ts'
import { failover, type LosingStore, type Loss, logCutShort, nameOf } from '../losses.ts'
import { createRandom, type Random } from '../random.ts'
import type { Finding } from '../report.ts'
import { type Answered, checkTold, type Lost } from '../told.ts'
import type { Say } from './crowd.ts'

/** The ways in which a store loses what it has acknowledged. */
export const ways = {
  cut: { fault: 'Redis without its last writes', loss: logCutShort },
  failover: { fault: 'failover to a replica that lags', loss: failover },
  flush: { fault: 'Redis emptied, with an archive behind it', loss: flushed },
  'sessions evicted': { fault: 'volatile-lru at its limit, with an archive behind it', loss: evicted('volatile-lru') },
  'anything evicted': { fault: 'allkeys-lru at its limit, with an archive behind it', loss: evicted('allkeys-lru') },
} satisfies Record<string, { fault: string; loss: Loss }>
export type Way = keyof typeof ways

export type LostTailOptions = {
  seed: number
  say: Say
  /** Each has two pages, which send to either process. */
  sessions?: number
  /** The way in which writes are lost, and how often. */
  way: Way
  losses?: number
  /** The writes that one loss takes away, at most. With a failover, the operations answered after the link was cut. */
  most?: number
  /** The operations answered between two losses, at least. */
  between?: number
  /** A bug around the store of both processes. */
  plant?: (store: Store) => Store
}

const positionOf = ({ epoch, revision, mark }: View): Position => ({ epoch, revision, mark })
const token = (): string => randomBytes(32).toString('base64url')

export async function lostTail(options: LostTailOptions): Promise<Finding> {
  const { seed, say, sessions = 24, losses = 5, most = 30, between = 60, plant = (sound) => sound } = options
  const { fault, loss } = ways[options.way]
  const lab = await openLab({ fsync: 'no' })
  const clients: Redis[] = []
  let losing: LosingStore | undefined
  try {
    losing = await loss(lab, losses)
    for (let process = 0; process < 2; process++)
      clients.push(new Redis(losing.port, '127.0.0.1', recommendedRedisOptions).on('error', () => {}))
    const random = createRandom(seed)
    const { archive } = losing
    const behind = archive && { archive }
    const engines = clients.map((client) =>
      createEngine({ store: plant(redisStore(client)), ...behind, flows: [checkout] }),
    )
    const workers = archive ? engines.map((engine) => startWorker({ engine })) : []
    const answers: Answered[] = []
    const lost: Lost = new Map()
    const over = new AbortController()
    const patience = AbortSignal.timeout(60_000 + losses * 10_000)
    const more = async (operations: number) => {
      const count = answers.length + operations
      while (answers.length < count && !patience.aborted) await sleep(10)
    }
    const shopping = Array.from({ length: sessions }, (_, index) =>
      visit(engines, { random: createRandom(seed * 100_003 + index), answers, over: over.signal }),
    )
    for (let count = 1; count <= losses; count++) {
      await more(between + random.between(0, between))
      const from = performance.now()
      const gone = await losing.lose(random.between(1, most), more)
      const to = performance.now()
      for (const name of gone) if (!lost.has(name)) lost.set(name, { from, to })
      if (count % 10 === 0 || count === losses)
        say(`${fault}: ${count} of ${losses}, ${answers.length} operations answered`)
    }
    await more(between)
    over.abort()
    await Promise.all(shopping)
    await Promise.all(workers.map((worker) => worker.stop()))
    const told = answers.filter(({ outcome }) => outcome === 'rewound' || outcome === 'session_gone').length
    const written = await losing.written()
    const kept = new Set(written.map(({ session, position }) => nameOf(session, position)))
    const gone = [...lost.keys()].filter((name) => !kept.has(name)).length
    const violations = checkTold(answers, { lost, written, archive: archive !== undefined })
    if (told === 0) violations.push({ rule: 'no fault', session: '', detail: 'nobody had seen what was lost' })
    return {
      fault,
      seed,
      runs: sessions,
      turns: answers.length,
      injected: losses,
      violations,
      recoveryMs: [],
      notes: [`seed ${seed}: ${gone} versions lost in ${losses} losses; ${told} pages told`],
    }
  } finally {
    for (const client of clients) client.disconnect()
    await losing?.close()
    await lab.close()
  }
}

type Visit = { random: Random; answers: Answered[]; over: AbortSignal }

/** Two pages of one session, until the end or until the store has lost all of it. */
async function visit(engines: readonly Engine[], { random, answers, over }: Visit): Promise<void> {
  const minted = { id: token(), secretHash: token() }
  const caller: Caller = { credential: undefined, mint: () => minted }
  let operations = 0

  /** Sends the same operation until it is answered, to either process. */
  async function act(view: View): Promise<View | undefined> {
    const step = view.revision === 0 ? 'shipping' : random.pick(['shipping', 'payment'])
    const values =
      step === 'shipping' ? address(random) : { method: 'invoice', company: `No. ${random.between(1, 999)}` }
    const request = {
      ...{ opId: `op-${minted.id}-${++operations}`, step, position: positionOf(view) },
      event: { type: `${step}.submitted`, ...values },
    }
    for (let tries = 0; !over.aborted; tries++) {
      const sentAt = performance.now()
      const form = await random
        .pick(engines)
        .sendForm('checkout', caller, { request, values })
        .catch(() => undefined)
      const reply = form?.replies.at(-1)
      if (!form || !reply) {
        await sleep(Math.min(400, 20 * 2 ** tries) * (0.5 + random.next() / 2))
        continue
      }
      if (form.replies[0]?.created) caller.credential = minted
      const outcome = form.problem ?? reply.outcome
      const draft = JSON.stringify(reply.view.drafts[step]?.values ?? {})
      const kept = Object.values(values).every((value) => draft.includes(JSON.stringify(value)))
      answers.push({ session: minted.id, sent: request.position, sentAt, outcome, shown: positionOf(reply.view), kept })
      return outcome === 'session_gone' ? undefined : reply.view
    }
    return undefined
  }

  async function page(first: View): Promise<void> {
    let view: View | undefined = first
    while (view && !over.aborted) {
      view = await act(view)
      await sleep(random.between(0, 8))
    }
  }

  const first = await act(await (engines[0] as Engine).read('checkout', undefined))
  if (first) await Promise.all([page(first), page(first)])
}

const address = (random: Random) => ({
  name: 'Ada',
  line1: `${random.between(1, 99_999)} Way`,
  city: 'York',
  postcode: 'YO1 1AA',
  country: 'GB',
  email: 'ada@example.com',
})
