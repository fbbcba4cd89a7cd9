// All judges of one scenario: they compare the log of Redis, the ledger of the provider, and the answers people got.

import type { Written } from './append-only-file.ts'
import { checkout } from './flow.ts'
import { groupBy } from './group-by.ts'
import { checkHistory, type Violation } from './history.ts'
import type { Journal } from './journal.ts'
import type { Lab } from './lab.ts'
import { checkMoney } from './money.ts'
import { checkEarly, checkReplay, checkStorage, decodeAll } from './replay.ts'

export type JudgeOptions = {
  lab: Lab
  journal: Journal
  holdMs: number
  leaseMs: number
  prefix?: string
  /** The longest time between a decision and its commit, during which the process may be frozen. */
  slackMs?: number
  earlyMs?: number
  /** An archive settles when Redis forgets a session, so that it does not follow from the bytes. */
  archive?: boolean
  /** The versions to judge; default: all that were written. */
  written?: readonly Written[]
}

/**
 * `turns` are the versions, and the answers that wrote none. `takenOver` counts attempts that follow one whose process
 * was gone; where one failed before, they are left out.
 */
export type Judged = { violations: Violation[]; sessions: number; versions: number; turns: number; takenOver: number }

export async function judge({
  lab,
  journal,
  holdMs,
  leaseMs,
  prefix,
  slackMs = 60_000,
  earlyMs = 250,
  archive = false,
  ...options
}: JudgeOptions): Promise<Judged> {
  const [written, charges] = [options.written ?? (await lab.written(prefix)), await lab.ledger()]
  const sessions = new Set(written.map(({ session }) => session))
  // With a prefix the provider has other customers, too.
  const ledger = prefix
    ? charges.filter(({ idempotencyKey }) => sessions.has(idempotencyKey.split('.')[0] ?? ''))
    : charges
  const flow = checkout.provide({ delays: { priceHold: holdMs } })
  const { operations, reads } = journal
  const versions = decodeAll(written)
  const chains = [...groupBy(versions, ({ session }) => session).values()]
  const last = chains.flatMap((chain) => chain.slice(-1))
  const violations = [
    ...checkHistory({ operations, reads, versions }),
    ...checkMoney(last, ledger),
    ...chains.flatMap((chain) => checkEarly(chain, earlyMs)),
    ...versions.flatMap((one) => checkStorage(one, slackMs)).filter(({ rule }) => !archive || rule !== 'expiry'),
    ...checkReplay(chains, { flow, leaseMs, operations, ledger }),
  ]
  const takenOver = new Set(
    versions.flatMap(({ record }) =>
      record.effects.flatMap(({ effectId, attempt, failure }) =>
        attempt > 1 && failure === undefined ? [`${effectId} ${attempt}`] : [],
      ),
    ),
  ).size
  const wroteNothing = operations
    .flatMap(({ attempts }) => attempts)
    .filter(({ answer: { kind } }) => kind === 'duplicate' || kind === 'refused').length
  const turns = written.length + wroteNothing
  return { violations, sessions: chains.length, versions: written.length, turns, takenOver }
}
