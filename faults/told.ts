// The judge of a store that loses writes: no session forks, and every page that saw what is gone is told of it.

import { relationOf } from '../packages/dogear/src/turn/position.ts'
import type { Written } from './append-only-file.ts'
import { groupBy } from './group-by.ts'
import { checkChain, type Violation } from './history.ts'
import type { Position } from './journal.ts'
import { nameOf } from './losses.ts'
import { decodeAll } from './replay.ts'

/** One answered operation: the position its page had seen, and the one it was shown. */
export type Answered = {
  session: string
  sent: Position
  sentAt: number
  outcome: string
  shown: Position
  /** True if the view held what was typed. */
  kept: boolean
}

/** The time in which each version was lost, by name. */
export type Lost = Map<string, { from: number; to: number }>

const never = Number.POSITIVE_INFINITY

type Stored = { lost: Lost; written: readonly Written[]; archive?: boolean }

/** Every proof that a session forked, that a kept write was overwritten, or that a page was not told of its loss. */
export function checkTold(answers: readonly Answered[], { lost, written, archive = false }: Stored): Violation[] {
  const found: Violation[] = []
  const kept = new Set(written.map(({ session, position }) => nameOf(session, position)))
  for (const [session, chain] of groupBy(decodeAll(written), (version) => version.session)) {
    found.push(...checkChain(chain, archive))
    for (const [index, { record, position }] of chain.entries()) {
      const before = chain[index - 1]
      if (before && relationOf(record, before.position) !== 'earlier')
        found.push({ rule: 'fork', session, detail: `revision ${position.revision} does not follow the one before it` })
    }
  }
  for (const { session, sent, sentAt, outcome, shown, kept: typed } of answers) {
    const { from, to } = lost.get(nameOf(session, sent)) ?? { from: never, to: never }
    const told = outcome === 'rewound' || outcome === 'session_gone'
    const at = `revision ${sent.revision}`
    // A record knows the commits before it by twelve; a page that is further behind is out of date and no more.
    const known = shown.revision - sent.revision <= 12
    // The client sends a commit again whose reply it did not get, and so a version that was cut off may come back.
    const isBack = kept.has(nameOf(session, sent))
    if (to < sentAt && known && !isBack && !told)
      found.push({ rule: 'not told', session, detail: `${at} was lost, the page heard ${outcome}` })
    if (told && from > sentAt && outcome === 'rewound' && kept.has(nameOf(session, sent)))
      found.push({ rule: 'denied', session, detail: `${at} is there, the page was told that it was lost` })
    if (outcome === 'rewound' && !typed)
      found.push({ rule: 'typed', session, detail: `what was typed at ${at} was not kept` })
    if (shown.revision > 0 && !kept.has(nameOf(session, shown)) && !lost.has(nameOf(session, shown)))
      found.push({ rule: 'lost', session, detail: `revision ${shown.revision} was shown and is nowhere` })
  }
  return found
}
