// The frame of every scenario of whole checkouts: many people in the shop of one fleet while a fault is injected.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Written } from '../append-only-file.ts'
import { createCustomer } from '../customer.ts'
import { type Fleet, type MemberOptions, type Settings, startFleet } from '../fleet.ts'
import type { Violation } from '../history.ts'
import type { Journal } from '../journal.ts'
import { judge } from '../judge.ts'
import { type Lab, openLab } from '../lab.ts'
import { createRandom, type Random } from '../random.ts'
import type { Finding } from '../report.ts'
import { type Habits, randomHabits, shop } from '../shopping.ts'

export type Say = (line: string) => void

/** The options of a run. */
export type Size = Pick<CrowdOptions, 'seed' | 'say' | 'atOnce' | 'habits'> & { checkouts: number }

/** The options of a run that lasts as long as its faults do. */
export type Span = Omit<Size, 'checkouts'>

/** The place of a run, for those who disturb it. `over` aborts once everybody has gone. */
export type Scene = { lab: Lab; fleet: Fleet; random: Random; journal: Journal; over: AbortSignal }

/**
 * `disturb` injects faults until `over` aborts, and resolves to their number. Without `checkouts` people come until it
 * does.
 */
export type CrowdOptions = {
  fault: string
  seed: number
  checkouts?: number
  say: Say
  disturb: (scene: Scene) => Promise<number>
  members?: readonly Omit<MemberOptions, 'settings'>[]
  /** Settings of the nth member on top of those of all. */
  settingsOf?: (index: number) => Settings
  atOnce?: number
  holdMs?: number
  leaseMs?: number
  timeoutMs?: number
  straysMs?: number
  fsync?: 'always' | 'everysec'
  /** A request that took longer is a violation. */
  settlesWithinMs?: number
  /** How many effects must have been taken over for the run to have shown anything. */
  leastTakenOver?: number
  habits?: (random: Random) => Habits
  /** Settings of the whole fleet, where its store is not the Redis of the lab. */
  settings?: (lab: Lab) => Promise<Settings>
  /** An archive stands behind its store. */
  archive?: boolean
  /** Looks for more violations once everybody has gone, while the fleet is still up. */
  after?: (lab: Lab) => Promise<Violation[]>
  /** The versions to judge, if they are not in the log of the lab's Redis. */
  written?: () => Promise<Written[]>
}

const twoOfEach = [{ role: 'app' }, { role: 'app' }, { role: 'worker' }, { role: 'worker' }] as const

export async function crowd(options: CrowdOptions): Promise<Finding> {
  const { fault, seed, checkouts, say, disturb, members = twoOfEach, settingsOf = () => ({}), atOnce = 48 } = options
  const { settlesWithinMs = Number.POSITIVE_INFINITY, archive = false } = options
  const { holdMs = 8_000, leaseMs = 2_000, timeoutMs = 10_000, straysMs = 0, fsync = 'everysec' } = options
  const { habits = randomHabits, leastTakenOver = 0 } = options
  const lab = await openLab({ fsync })
  let fleet: Fleet | undefined
  try {
    const settings = {
      REDIS_URL: `redis://127.0.0.1:${lab.redis.port}`,
      PAYMENTS_PORT: lab.paymentsPort,
      PRICE_HOLD_MS: holdMs,
      LEASE_MS: leaseMs,
      EFFECT_WAIT_MS: 500,
      ...(await options.settings?.(lab)),
    }
    const up = await startFleet(
      members.map((member, index) => ({ ...member, settings: { ...settings, ...settingsOf(index) } })),
    )
    fleet = up
    const journal: Journal = { operations: [], reads: [] }
    const ended: Record<string, number> = {}
    const failures: Violation[] = []
    let next = 0
    let done = 0
    let disturbed = false
    let strays = 0
    const more = () => (checkouts === undefined ? !disturbed : next < checkouts)
    const random = createRandom(seed)

    async function serve(): Promise<void> {
      while (more()) {
        const name = `s${seed}-c${next++}`
        const own = createRandom(seed * 100_003 + next)
        const customer = createCustomer({
          name,
          random: own,
          journal,
          timeoutMs,
          straysMs,
          ports: () => up.apps.map(({ port }) => port),
        })
        try {
          const step = await shop(customer, own, habits(own))
          ended[step] = (ended[step] ?? 0) + 1
          const late = await customer.strays()
          strays += late
        } catch (error) {
          failures.push({ rule: 'unfinished', session: customer.session, detail: (error as Error).message })
        }
        if (++done % 100 === 0)
          say(`${fault}: ${done} ${checkouts ? `of ${checkouts} ` : ''}checkouts, ${up.kills()} kills`)
      }
    }

    const over = new AbortController()
    const disturbing = disturb({ lab, fleet: up, random, journal, over: over.signal }).finally(() => {
      disturbed = true
    })
    // It is waited for later. A failure until then is not unhandled.
    disturbing.catch(() => {})
    await Promise.all(Array.from({ length: Math.min(atOnce, checkouts ?? atOnce) }, serve))
    over.abort()
    const injected = await disturbing
    failures.push(...((await options.after?.(lab)) ?? []))
    // A person who began twice left a session behind; the workers fire its timer.
    await up.stop()
    const written = await options.written?.()
    const judged = await judge({ lab, journal, holdMs, leaseMs, archive, ...(written && { written }) })
    if (judged.takenOver < leastTakenOver)
      failures.push({ rule: 'no fault', session: '', detail: `only ${judged.takenOver} effects were taken over` })
    const sum = Object.entries(ended).map(([step, count]) => `${count} ${step}`)
    return {
      fault,
      seed,
      runs: done,
      turns: judged.turns,
      injected: injected + strays,
      violations: [...failures, ...unsettled(journal, settlesWithinMs), ...judged.violations],
      recoveryMs: recoveries(journal),
      notes: [
        [
          `seed ${seed}: ${sum.join(', ')}`,
          `${judged.versions} versions of ${judged.sessions} sessions replayed`,
          `${judged.takenOver} effects taken over`,
        ].join('; '),
      ],
    }
  } finally {
    await fleet?.stop()
    await lab.close()
  }
}

/** Requests that took too long. */
function unsettled({ operations, reads }: Journal, withinMs: number): Violation[] {
  const attempts = operations.flatMap((operation) => operation.attempts).concat(reads)
  return attempts.flatMap(({ client, sentAt, answeredAt }) => {
    const tookMs = Math.round(answeredAt - sentAt)
    return tookMs > withinMs ? [{ rule: 'unsettled', session: '', detail: `${client} waited for ${tookMs} ms` }] : []
  })
}

/** From the first attempt of every operation that had to be sent again, to its answer. */
export function recoveries({ operations }: Journal): number[] {
  return operations.flatMap(({ attempts }) => {
    const [first, ...others] = attempts
    if (first?.answer.kind !== 'unknown') return []
    const answered = others.find(({ answer }) => answer.kind !== 'unknown')
    return answered ? [answered.answeredAt - first.sentAt] : []
  })
}

/** Resolves after `ms`, or when `over` aborts. */
export async function pause(ms: number, over: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch(() => {})
}
