// The judge of lost writes against answers that are wrong on purpose: each has to be seen for what it is.

import { expect, test } from 'vitest'
import type { Written } from './append-only-file.ts'
import type { Position } from './journal.ts'
import { nameOf } from './losses.ts'
import { armed } from './scenarios/armed.ts'
import { type Answered, checkTold } from './told.ts'

const session = 'one'
const { entry } = armed({ operations: [], reads: [] }, 2_000_000)
const kept: Position = { epoch: 0, revision: 1, mark: entry.mark }
const gone: Position = { epoch: 0, revision: 2, mark: 'gone----' }
const first: Written = {
  session,
  position: kept,
  bytes: entry.bytes,
  agendaAt: undefined,
  life: 0,
  agendaKept: false,
  expiresAt: undefined,
}
const lost = new Map([[nameOf(session, gone), { from: 9, to: 10 }]])

const answer = (given: Partial<Answered>): Answered => ({
  ...{ session, sent: kept, sentAt: 20, outcome: 'applied', shown: kept, kept: true },
  ...given,
})
const seen = (given: Partial<Answered>, written = [first]) =>
  checkTold([answer(given)], { lost, written }).map(({ rule }) => rule)

test.each<[string, Partial<Answered>, string[]]>([
  ['is told that what it saw is gone', { sent: gone, outcome: 'rewound' }, []],
  ['is told that all of its session is gone', { sent: gone, outcome: 'session_gone', kept: false }, []],
  ['saw only what is there', {}, []],
  ['was answered before the loss', { sent: gone, sentAt: 5, outcome: 'applied', shown: gone }, []],
  ['is not told', { sent: gone, outcome: 'applied' }, ['not told']],
  ['is refused for another reason', { sent: gone, outcome: 'stale_step' }, ['not told']],
  ['is told that something is gone which is there', { outcome: 'rewound' }, ['denied']],
  ['loses what was typed', { sent: gone, outcome: 'rewound', kept: false }, ['typed']],
  ['is shown what was never written', { shown: { ...gone, mark: 'nowhere-' } }, ['lost']],
])('a page that %s', (_, given, rules) => {
  expect(seen(given)).toEqual(rules)
})

test('sees a revision that was written twice', () => {
  expect(seen({}, [first, first])).toContain('fork')
})
