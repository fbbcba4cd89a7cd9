// Redis killed again and again, and back without its last writes, while two processes serve from warm caches.

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEngine, type Engine, type Position, type Store, type View } from 'dogear'
import type { Caller } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { relationOf } from '../../packages/dogear/src/turn/position.ts'
import type { Written } from '../append-only-file.ts'
import { checkout } from '../flow.ts'
import { groupBy } from '../group-by.ts'
import { checkChain, type Violation } from '../history.ts'
import { type Lab, openLab } from '../lab.ts'
import { createRandom, type Random } from '../random.ts'
import { decodeAll } from '../replay.ts'
import type { Finding } from '../report.ts'
import type { Say } from './crowd.ts'

export type LostTailOptions = {
  seed: number
  say: Say
  /** Each has two pages, which send to either process. */
  sessions?: number
  cuts?: number
  /** The writes that one cut takes away, at most. */
  most?: number
  /** The operations answered between two cuts, at least. */
  between?: number
  /** A bug around the store of both processes. */
  plant?: (store: Store) => Store
}

/** One answered operation: the position its page had seen, and the one it was shown. */
type Answered = { session: string; sent: Position; sentAt: number; outcome: string; shown: Position; kept: boolean }

/** The time at which a version was lost, by session and mark. */
type Lost = Map<string, number>

const nameOf = (session: string, { mark }: Position): string => `${session} ${mark}`
const positionOf = ({ epoch, revision, mark }: View): Position => ({ epoch, revision, mark })
const token = (): string => randomBytes(32).toString('base64url')

export async function lostTail(options: LostTailOptions): Promise<Finding> {
  const { seed, say, sessions = 24, cuts = 5, most = 30, between = 60, plant = (sound) => sound } = options
  // With `everysec` Redis may answer before it writes its log, and lose more than was cut.
  const lab = await openLab({ fsync: 'always' })
  const clients = [0, 1].map(() => new Redis(lab.redis.port, '127.0.0.1', recommendedRedisOptions))
  for (const client of clients) client.on('error', () => {})
  try {
    const random = createRandom(seed)
    const engines = clients.map((client) => createEngine({ store: plant(redisStore(client)), flows: [checkout] }))
    const answers: Answered[] = []
    const lost: Lost = new Map()
    const over = new AbortController()
    const patience = AbortSignal.timeout(60_000 + cuts * 10_000)
    const answered = async (count: number) => {
      while (answers.length < count && !patience.aborted) await sleep(10)
    }
    const shopping = Array.from({ length: sessions }, (_, index) =>
      visit(engines, { random: createRandom(seed * 100_003 + index), answers, over: over.signal }),
    )
    for (let cut = 0; cut < cuts; cut++) {
      await answered(answers.length + between + random.between(0, between))
      await cutTail(lab, random.between(1, most), lost)
      say(`lost-tail: ${cut + 1} of ${cuts} cuts, ${lost.size} versions lost, ${answers.length} operations answered`)
    }
    await answered(answers.length + between)
    over.abort()
    await Promise.all(shopping)
    const told = answers.filter(({ outcome }) => outcome === 'rewound' || outcome === 'session_gone').length
    const violations = checkAnswers(answers, { lost, written: await lab.written() })
    if (told === 0) violations.push({ rule: 'no fault', session: '', detail: 'nobody had seen what was lost' })
    return {
      fault: 'Redis without its last writes',
      seed,
      runs: sessions,
      operations: answers.length,
      injected: cuts,
      violations,
      recoveryMs: [],
      notes: [`seed ${seed}: ${lost.size} versions lost in ${cuts} cuts; ${told} pages told`],
    }
  } finally {
    for (const client of clients) client.disconnect()
    await lab.close()
  }
}

async function cutTail(lab: Lab, writes: number, lost: Lost): Promise<void> {
  await lab.redis.kill()
  const before = await lab.written()
  await lab.redis.cutTail(writes)
  const left = new Set((await lab.written()).map(({ session, position }) => nameOf(session, position)))
  const at = performance.now()
  for (const { session, position } of before) {
    const name = nameOf(session, position)
    if (!left.has(name) && !lost.has(name)) lost.set(name, at)
  }
  await lab.redis.start()
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
    while (!over.aborted) {
      const sentAt = performance.now()
      const form = await random
        .pick(engines)
        .sendForm('checkout', caller, { request, values })
        .catch(() => undefined)
      const reply = form?.replies.at(-1)
      if (!form || !reply) {
        await sleep(20)
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

type Stored = { lost: Lost; written: readonly Written[] }

/** Every proof that a session forked, that a kept write was overwritten, or that a page was not told of its loss. */
export function checkAnswers(answers: readonly Answered[], { lost, written }: Stored): Violation[] {
  const found: Violation[] = []
  const kept = new Set(written.map(({ session, position }) => nameOf(session, position)))
  for (const [session, chain] of groupBy(decodeAll(written), (version) => version.session)) {
    found.push(...checkChain(chain))
    for (const [index, { record, position }] of chain.entries()) {
      const before = chain[index - 1]
      if (before && relationOf(record, before.position) !== 'earlier')
        found.push({ rule: 'fork', session, detail: `revision ${position.revision} does not follow the one before it` })
    }
  }
  for (const { session, sent, sentAt, outcome, shown, kept: typed } of answers) {
    const lostAt = lost.get(nameOf(session, sent)) ?? Number.POSITIVE_INFINITY
    const told = outcome === 'rewound' || outcome === 'session_gone'
    const at = `revision ${sent.revision}`
    // A record knows the commits before it by twelve; a page that is further behind is out of date and no more.
    const known = shown.revision - sent.revision <= 12
    // The client sends a commit again whose reply it did not get, and so a version that was cut off may come back.
    const isBack = kept.has(nameOf(session, sent))
    if (lostAt < sentAt && known && !isBack && !told)
      found.push({ rule: 'not told', session, detail: `${at} was lost, the page heard ${outcome}` })
    if (told && lostAt > sentAt && outcome === 'rewound' && kept.has(nameOf(session, sent)))
      found.push({ rule: 'denied', session, detail: `${at} is there, the page was told that it was lost` })
    if (outcome === 'rewound' && !typed)
      found.push({ rule: 'typed', session, detail: `what was typed at ${at} was not kept` })
    if (shown.revision > 0 && !kept.has(nameOf(session, shown)) && !lost.has(nameOf(session, shown)))
      found.push({ rule: 'lost', session, detail: `revision ${shown.revision} was shown and is nowhere` })
  }
  return found
}
