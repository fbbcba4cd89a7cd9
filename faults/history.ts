// The judge of histories: it compares the answers people got with the versions that were written. Pure.

import { groupBy } from './group-by.ts'
import type { Answer, Attempt, Operation, Position, Version } from './journal.ts'
import { toOperations } from './operations.ts'

export type Violation = { rule: string; session: string; detail: string }

export type History = { operations: readonly Operation[]; reads: readonly Attempt[]; versions: readonly Version[] }

/** Every proof that the history cannot have come from one durable, linearizable store. */
export function checkHistory({ operations, reads, versions }: History): Violation[] {
  const bySession = groupBy(versions, ({ session }) => session)
  const applied = toOperations(versions, operations)
  return [
    ...[...bySession.values()].flatMap((chain) => checkChain(chain)),
    ...operations.flatMap((operation) => checkOperation(operation, applied.get(operation.opId) ?? [])),
    ...checkAnswered(operations.flatMap(({ attempts }) => attempts).concat(reads), bySession),
    ...checkRealTime(operations, reads, applied),
    ...checkClients(operations.flatMap(({ attempts }) => attempts).concat(reads)),
  ]
}

/**
 * Revisions go up by one, from 1; the record says the position it is filed under. The epoch is 0, or never goes back
 * where there is an `archive` to restore from.
 */
export function checkChain(chain: readonly Version[], archive = false): Violation[] {
  return chain.flatMap(({ session, position, record }, index) => {
    const { revision: before, epoch } = chain[index - 1]?.position ?? { revision: 0, epoch: 0 }
    const found: Violation[] = []
    if (position.revision !== before + 1)
      found.push({ rule: 'fork', session, detail: `revision ${position.revision} was written after ${before}` })
    if (archive ? position.epoch < epoch : position.epoch !== 0)
      found.push({ rule: 'fork', session, detail: `epoch ${position.epoch} without a restore` })
    if (!same(position, record))
      found.push({ rule: 'fork', session, detail: `the record at ${position.revision} says it is ${record.revision}` })
    return found
  })
}

/**
 * An acknowledged operation is in its session once; an unknown one at most once; a refused one never before the
 * refusal.
 */
function checkOperation({ opId, attempts }: Operation, applied: readonly Version[]): Violation[] {
  const found: Violation[] = []
  const told = (kind: Answer['kind']) => attempts.flatMap(({ answer }) => (answer.kind === kind ? [answer] : []))
  for (const answer of [...told('applied'), ...told('duplicate')]) {
    if (answer.kind === 'unknown' || answer.kind === 'refused') continue
    const here = applied.filter(({ session }) => session === answer.session)
    const { session } = answer
    if (here.length === 0) found.push({ rule: 'lost', session, detail: `${opId} was acknowledged and is not there` })
    for (const { position } of here)
      if (isBefore(answer.position, position))
        found.push({
          rule: 'lost',
          session,
          detail: `${opId} was acknowledged at ${answer.position.revision}, before it happened`,
        })
  }
  for (const [session, times] of groupBy(applied, (version) => version.session))
    if (times.length > 1) found.push({ rule: 'twice', session, detail: `${opId} was applied ${times.length} times` })
  for (const answer of told('refused')) {
    if (answer.kind !== 'refused') continue
    const already = applied.find(
      ({ session, position }) => session === answer.session && !isBefore(answer.position, position),
    )
    if (already)
      found.push({
        rule: 'refused',
        session: answer.session,
        detail: `${opId} was refused (${answer.code}) after it was applied`,
      })
  }
  const sure = attempts.length > 0 && told('refused').length === attempts.length
  const session = applied[0]?.session ?? ''
  if (sure && applied.length > 0)
    found.push({ rule: 'refused', session, detail: `${opId} was only ever refused, and is there` })
  if (told('applied').length > 1)
    found.push({ rule: 'twice', session, detail: `${opId} was answered "applied" more than once` })
  return found
}

/** Every position in an answer was written. */
function checkAnswered(attempts: readonly Attempt[], bySession: Map<string, Version[]>): Violation[] {
  return attempts.flatMap(({ answer }) => {
    if (answer.kind === 'unknown' || answer.position.revision === 0) return []
    const last = bySession.get(answer.session)?.at(-1)?.position
    const { session, position } = answer
    return last && !isBefore(last, position)
      ? []
      : [{ rule: 'lost', session, detail: `revision ${position.revision} was shown and is not there` }]
  })
}

/** A version known before a request was sent lies before that request's own version in the chain. */
function checkRealTime(
  operations: readonly Operation[],
  reads: readonly Attempt[],
  applied: Map<string, Version[]>,
): Violation[] {
  const events = [
    ...reads.map((read) => ({ what: 'a read', sentAt: read.sentAt, answered: [read], writes: [] as Version[] })),
    ...operations.map(({ opId, attempts }) => ({
      what: opId,
      sentAt: attempts[0]?.sentAt ?? 0,
      answered: attempts,
      writes: applied.get(opId) ?? [],
    })),
  ]
  const known = groupBy(
    events.flatMap(({ answered }) => answered),
    ({ answer }) => (answer.kind === 'unknown' ? '' : answer.session),
  )
  return events.flatMap(({ what, sentAt, writes }) =>
    writes.flatMap(({ session, position }) => {
      const earlier = (known.get(session) ?? []).filter(({ answeredAt }) => answeredAt < sentAt)
      const late = earlier.find(({ answer }) => answer.kind !== 'unknown' && !isBefore(answer.position, position))
      return late
        ? [
            {
              rule: 'order',
              session,
              detail: `${what} was sent after revision ${position.revision} was known, and became it`,
            },
          ]
        : []
    }),
  )
}

/** A client that waits for each answer never sees an earlier position of a session. */
function checkClients(attempts: readonly Attempt[]): Violation[] {
  const found: Violation[] = []
  for (const own of groupBy(
    attempts,
    ({ client, answer }) => `${client} ${answer.kind === 'unknown' ? '' : answer.session}`,
  ).values()) {
    const inOrder = own.toSorted((a, b) => a.sentAt - b.sentAt)
    for (const { sentAt, answer } of inOrder) {
      if (answer.kind === 'unknown') continue
      const seen = inOrder.find(
        (other) =>
          other.answeredAt < sentAt &&
          other.answer.kind !== 'unknown' &&
          isBefore(answer.position, other.answer.position),
      )
      if (seen)
        found.push({
          rule: 'backwards',
          session: answer.session,
          detail: `revision ${answer.position.revision} was shown after a later one`,
        })
    }
  }
  return found
}

const same = (a: Position, b: Position) => a.epoch === b.epoch && a.revision === b.revision
const isBefore = (a: Position, b: Position) => a.epoch < b.epoch || (a.epoch === b.epoch && a.revision < b.revision)
