// The replay of every stored turn: the version before it and its cause must give exactly the stored bytes.

import { type Flow, msgpackCodec } from 'dogear'
import type { Charge } from '../apps/payments/src/ledger.ts'
import type { Command } from '../packages/dogear/src/turn/commands.ts'
import { keptMs } from '../packages/dogear/src/turn/lifetime.ts'
import { takeTurn } from '../packages/dogear/src/turn/take-turn.ts'
import { dueAt } from '../packages/dogear/src/turn/timers.ts'
import type { Written } from './append-only-file.ts'
import type { Violation } from './history.ts'
import type { Operation, SessionRecord, Version } from './journal.ts'
import { byReceipt, receiptOf } from './operations.ts'

export type ReplayOptions = {
  flow: Flow
  leaseMs: number
  operations: readonly Operation[]
  ledger: readonly Charge[]
}

/** The possible causes of a version: operations by their receipts, charges by their keys. */
type Known = { operations: Map<number, Operation>; charges: Map<string, Charge> }

/** A version with all that the store holds of it. */
export type Decoded = Written & Version

const codec = msgpackCodec()

export function decodeAll(written: readonly Written[]): Decoded[] {
  return written.map((one) => ({ ...one, record: codec.decode(one.bytes) }))
}

/** One violation for every version that no command explains. A chain is one session's versions, in order. */
export function checkReplay(
  chains: Iterable<readonly Decoded[]>,
  { flow, leaseMs, operations, ledger }: ReplayOptions,
): Violation[] {
  const known = {
    operations: byReceipt(operations),
    charges: new Map(ledger.map((charge) => [charge.idempotencyKey, charge])),
  }
  return [...chains].flatMap((chain) => {
    let before: SessionRecord | undefined
    return chain.flatMap(({ session, position, bytes, record }) => {
      // A process that is about to stop begins nothing, and takes no lease.
      const commands = causes(before, record, known).flatMap((cause) =>
        [leaseMs, 0].map((ms) => ({ ...cause, session, mark: record.mark, leaseMs: ms }) as Command),
      )
      const explained = commands.some((command) => leadsTo(bytes, { flow, before, command, now: record.updatedAt }))
      before = record
      if (explained) return []
      return [
        {
          rule: 'replay',
          session,
          detail: `nothing explains revision ${position.revision}: ${JSON.stringify(record.trail.at(-1))}`,
        },
      ]
    })
  })
}

type Again = { flow: Flow; before: SessionRecord | undefined; command: Command; now: number }

function leadsTo(bytes: Uint8Array, { flow, before, command, now }: Again): boolean {
  try {
    const { record } = takeTurn(flow, before, command, now)
    return record !== undefined && record !== before && Buffer.compare(codec.encode(record), bytes) === 0
  } catch {
    // A command that is refused here cannot be the cause.
    return false
  }
}

/** The commands that may have led from `before` to `record`. The result of a charge is taken from the ledger alone. */
function causes(before: SessionRecord | undefined, record: SessionRecord, { operations, charges }: Known): object[] {
  const receipt = receiptOf(record)
  if (receipt !== undefined) {
    const operation = operations.get(receipt)
    if (!operation) return []
    const { opId, request, secretHash } = operation
    // The first request of a session may have been answered to nobody: then only the record knows the device.
    const [device] = record.devices
    const sender = { secretHash: before ? secretHash : (device?.secretHash ?? ''), label: device?.label ?? '' }
    return [{ kind: 'event', opId, ...request, sender }]
  }
  const held = before?.effects ?? []
  const givenBack = held.flatMap((holding) => [true, false].map((begun) => ({ kind: 'give-back', holding, begun })))
  const setAside = record.effects.flatMap(({ id, result, leaseUntil: until }) =>
    held.filter((one) => one.id === id && result).map((holding) => ({ kind: 'set-aside', holding, result, until })),
  )
  const failures = new Set(record.effects.flatMap(({ failure }) => failure ?? []))
  const settled = held.flatMap((holding) => {
    const charge = charges.get(holding.effectId)
    const results = [
      ...(charge ? [{ ok: true, output: { chargeId: charge.id } }] : []),
      { ok: false, error: { code: 'card_declined' } },
      { ok: false, error: {} },
      ...[...failures].map((code) => ({ ok: false, error: { code }, retryable: true })),
    ]
    return results.map((result) => ({ kind: 'settle', holding, result }))
  })
  return [
    { kind: 'wake', leased: held.map(({ effectId }) => effectId) },
    { kind: 'wake' },
    ...givenBack,
    ...setAside,
    ...settled,
  ]
}

/** The store's own values, the next due time and the expiry, follow from the bytes. */
export function checkStorage(
  { session, position, record, agendaAt, expiresAt }: Decoded,
  slackMs: number,
): Violation[] {
  const due = dueAt(record)
  const at = `revision ${position.revision}`
  const found: Violation[] = []
  if (agendaAt !== (due === undefined ? undefined : Math.ceil(due)))
    found.push({ rule: 'agenda', session, detail: `${at} is due at ${due}, the agenda says ${agendaAt}` })
  const forgottenAt = record.updatedAt + keptMs(record, record.updatedAt)
  if (expiresAt === undefined || Math.abs(expiresAt - forgottenAt) > slackMs)
    found.push({
      rule: 'expiry',
      session,
      detail: `${at} is kept until ${forgottenAt}, the store forgets it at ${expiresAt}`,
    })
  return found
}

/** The time at which Redis wrote a version, by its own clock. */
export function committedAt({ expiresAt = Number.NaN, record }: Decoded): number {
  return expiresAt - keptMs(record, record.updatedAt)
}

/** Timers that went off before their deadline by Redis's clock, by more than `toleranceMs` of doubt about it. */
export function checkEarly(chain: readonly Decoded[], toleranceMs: number): Violation[] {
  return chain.flatMap((one) => {
    const fired = one.record.trail.findLast(({ event }) => event === 'priceHold.expired')
    const early = fired ? fired.at - committedAt(one) : 0
    return early > toleranceMs
      ? [{ rule: 'early', session: one.session, detail: `a timer went off ${early} ms early` }]
      : []
  })
}
