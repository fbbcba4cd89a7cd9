// The frame of scenarios in which a service gets into every kind of trouble, one after the other, while people shop.

import type { Violation } from '../history.ts'
import type { Journal } from '../journal.ts'
import type { Lab } from '../lab.ts'
import type { Finding } from '../report.ts'
import { type CrowdOptions, crowd, pause, type Span } from './crowd.ts'

/** `unnoticed`: no request may fail for it. `begin` resolves to what ends it, after `ms`. */
export type Trouble = { unnoticed?: true; begin(ms: number): Promise<() => unknown> }

/** Those of a place that is open until `close`. */
export type Troubles = { kinds: Readonly<Record<string, Trouble>>; close(): unknown }

/** Every kind lasts `eachMs` (700), in an order of the seed, in each of so many `rounds` (1). */
export type InTurnOptions = Span & { rounds?: number; eachMs?: number }

type Rest = Pick<CrowdOptions, 'fault' | 'settings' | 'written' | 'archive' | 'after'> & {
  open: (lab: Lab) => Promise<Troubles>
}

type Had = { name: string; from: number; to: number; unnoticed: boolean }

export async function inTurn({ rounds = 1, eachMs = 700, open, ...options }: InTurnOptions & Rest): Promise<Finding> {
  const had: Had[] = []
  let journal: Journal = { operations: [], reads: [] }
  const finding = await crowd({
    // A call is tried for two seconds, a request has three, and a page waits for both of a form without JavaScript.
    settlesWithinMs: 6_000,
    holdMs: 60_000,
    ...options,
    async disturb({ lab, random, over, ...scene }) {
      journal = scene.journal
      const { kinds, close } = await open(lab)
      try {
        for (let round = 0; round < rounds; round++) {
          for (const [name, { begin, unnoticed = false }] of random.shuffled(Object.entries(kinds))) {
            await pause(eachMs, over)
            const from = performance.now()
            const end = await begin(eachMs)
            await pause(eachMs, over)
            await end()
            had.push({ name, from, to: performance.now(), unnoticed })
          }
        }
        await pause(eachMs, over)
      } finally {
        await close()
      }
      return had.length
    },
  })
  const told = had.map((one) => ({ ...one, ...answersDuring(journal, one) }))
  const noticed = told
    .filter(({ unnoticed, failed }) => unnoticed && failed > 0)
    .map(({ name, failed }): Violation => ({ rule: 'noticed', session: '', detail: `${name}: ${failed} failed` }))
  const words = told.map(({ name, putOff, all }) => `${name} ${putOff} of ${all}`)
  return {
    ...finding,
    violations: [...finding.violations, ...noticed],
    notes: [...(finding.notes ?? []), `requests put off: ${words.join('; ')}`],
  }
}

/** Requests sent during a trouble, those of them that had to be sent again, and those that failed before its end. */
function answersDuring({ operations, reads }: Journal, { from, to }: Had) {
  const sent = operations
    .flatMap(({ attempts }) => attempts)
    .concat(reads)
    .filter(({ sentAt }) => sentAt > from && sentAt < to)
  const putOff = sent.filter(({ answer }) => answer.kind === 'unknown')
  return { all: sent.length, putOff: putOff.length, failed: putOff.filter(({ answeredAt }) => answeredAt < to).length }
}
