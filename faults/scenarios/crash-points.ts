// SIGKILL at every named point of a turn, in the process that serves people and in the one that takes over.

import { createCustomer } from '../customer.ts'
import { type Member, type Settings, startMember } from '../fleet.ts'
import type { Violation } from '../history.ts'
import type { Journal } from '../journal.ts'
import { judge } from '../judge.ts'
import { type Lab, openLab } from '../lab.ts'
import { createRandom } from '../random.ts'
import type { Finding } from '../report.ts'
import { shop } from '../shopping.ts'
import { pause, type Say } from './crowd.ts'

/**
 * The point at which the app dies, and the point at which the process that takes over dies: the worker, or the app
 * itself, started again and asked by the person who comes back. The number counts commits: three events, then the
 * result.
 */
type Case = { app: string; worker?: string }

const ofApp: Case[] = [
  ...[1, 2, 3, 4].flatMap((nth) => [{ app: `before-commit:${nth}` }, { app: `after-commit:${nth}` }]),
  { app: 'mid-effect' },
  { app: 'after-effect-before-result' },
  { app: 'after-result-before-reply' },
]
// The first commit of the process that takes over begins the next attempt, its second one is the result.
const ofWorker: Case[] = [
  'before-commit:1',
  'after-commit:1',
  'mid-effect',
  'after-effect-before-result',
  'before-commit:2',
  'after-commit:2',
].map((worker) => ({ app: 'mid-effect', worker }))
export const crashCases: readonly Case[] = [...ofApp, ...ofWorker]

const cards = ['tok_ok', 'tok_lost_reply', 'tok_flaky', 'tok_declined'] as const
const [holdMs, leaseMs] = [900_000, 1_000]

export type CrashPointsOptions = { seed: number; say: Say; atOnce?: number }

/** Every case once, each with its own processes and keys, a few at a time. */
export async function crashPoints({ seed, say, atOnce = 4 }: CrashPointsOptions): Promise<Finding> {
  const lab = await openLab()
  try {
    const random = createRandom(seed)
    const journal: Journal = { operations: [], reads: [] }
    const queue = crashCases.map((one, index) => ({
      ...one,
      card: random.pick(cards),
      prefix: `dogear-${index}`,
      name: `crash-s${seed}-${index}`,
    }))
    const results: { violations: Violation[]; kills: number; resumedMs: number[] }[] = []
    const serve = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) results.push(await run(lab, journal, { ...one, seed }))
    }
    await Promise.all(Array.from({ length: atOnce }, serve))
    const judged = await judge({ lab, journal, holdMs, leaseMs })
    say(`crash points, seed ${seed}: ${results.length} cases, ${judged.versions} versions replayed`)
    return {
      fault: 'SIGKILL at named points',
      seed,
      runs: results.length,
      turns: judged.turns,
      injected: results.reduce((sum, { kills }) => sum + kills, 0),
      violations: [...results.flatMap(({ violations }) => violations), ...judged.violations],
      recoveryMs: results.flatMap(({ resumedMs }) => resumedMs),
    }
  } finally {
    await lab.close()
  }
}

type Run = Case & { card: string; prefix: string; name: string; seed: number }

async function run(
  lab: Lab,
  journal: Journal,
  { app: crashAt, worker: workerCrashAt = '', card, prefix, name, seed }: Run,
) {
  const settings: Settings = {
    REDIS_URL: `redis://127.0.0.1:${lab.redis.port}`,
    PAYMENTS_PORT: lab.paymentsPort,
    PRICE_HOLD_MS: holdMs,
    LEASE_MS: leaseMs,
    EFFECT_WAIT_MS: 300,
    PREFIX: prefix,
  }
  const violations: Violation[] = []
  const where = `${crashAt}${workerCrashAt && `, worker ${workerCrashAt}`}, ${card}`
  const members: Member[] = []
  let resumedMs: number[] = []
  try {
    // A declined charge never gets past the provider's answer, and a point the process never reaches proves nothing.
    const [app, worker] = await Promise.all([
      startMember({ role: 'app', settings, crashAt, thenAt: workerCrashAt }),
      startMember({ role: 'worker', settings, crashAt: workerCrashAt }),
    ])
    members.push(app, worker)
    const random = createRandom(seed)
    const customer = createCustomer({ name, random, journal, ports: () => [app.port] })
    const own = () => journal.operations.filter(({ opId }) => opId.startsWith(`op-${name}-`))
    await shop(customer, random, { card, leaves: true })
    const endedAt = performance.now()
    const lost = own().flatMap(({ attempts }) => attempts.filter(({ answer }) => answer.kind === 'unknown'))
    resumedMs = lost[0] ? [endedAt - lost[0].sentAt] : []
    // A process that died after its last commit may still be seen as alive.
    if (!(await reached(() => app.restarts > 0)))
      violations.push({ rule: 'no fault', session: customer.session, detail: `the app was never at ${where}` })
    if (workerCrashAt && !(await reached(() => worker.restarts > 0 || app.restarts > 1)))
      violations.push({ rule: 'no fault', session: customer.session, detail: `nobody took over and was at ${where}` })
  } catch (error) {
    violations.push({ rule: 'unfinished', session: '', detail: `${where}: ${(error as Error).message}` })
  } finally {
    await Promise.all(members.map((member) => member.stop()))
  }
  return { violations, kills: members.reduce((sum, { restarts }) => sum + restarts, 0), resumedMs }
}

async function reached(goal: () => boolean): Promise<boolean> {
  const patience = AbortSignal.timeout(10_000)
  while (!goal() && !patience.aborted) await pause(20, patience)
  return goal()
}
