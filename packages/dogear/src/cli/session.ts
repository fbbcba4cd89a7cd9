// The part of a stored session an operator may see: no context, no values, no secrets.

import { recordsOf } from '../codec/records.ts'
import type { Engine } from '../engine/engine.ts'
import { isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { Found } from '../store/store.ts'
import { open, viewOf } from '../turn/open.ts'
import { positionOf, type SessionRecord } from '../turn/record.ts'
import { valueText } from '../turn/trail.ts'
import type { Position } from '../wire.ts'
import { clean, errorLine } from './output.ts'

/**
 * Times are milliseconds since the Unix epoch by the store's clock. `step` is null in a state that is no step.
 * `failure` says why the next turn could not open the record; null if it can.
 */
export type Session = {
  found: 'record'
  session: string
  now: number
  flow: string
  version: number
  status: string
  state: string
  step: string | null
  failure: string | null
  position: Position
  bytes: number
  maxBytes: number | null
  owned: boolean
  receipts: number
  drafts: string[]
  createdAt: number
  updatedAt: number
  expiresAt: number
  timers: { id: string; dueAt: number; fired: boolean; aside: boolean }[]
  effects: {
    id: string
    effectId: string
    src: string
    attempt: number
    failure: string | null
    leaseUntil: number
    setAside: boolean
    settled: boolean
  }[]
  devices: { id: string; label: string; createdAt: number; seenAt: number }[]
  trail: { at: number; event: string; from: string; to: string; device: string }[]
}

/** `format` is the first byte of the record. It, `bytes` and `position` are null if the store itself cannot read it. */
export type Unreadable = {
  found: 'unreadable'
  session: string
  format: number | null
  bytes: number | null
  position: Position | null
  reason: string
}

export type Shown = Session | Unreadable | { found: 'nothing'; session: string } | { found: 'removed'; session: string }

/** Looks at one session, as it is stored. Rejects only if the store fails. */
export async function look({ flows, store, codec }: Engine, session: string): Promise<Shown> {
  let found: Found | 'unchanged'
  try {
    found = await store.read(session)
    if (found === 'removed') return { found: 'removed', session }
    if (found === undefined || found === 'unchanged') return { found: 'nothing', session }
    const record = await recordsOf(codec).read(session, found)
    const now = await store.now()
    return cleaned({
      found: 'record',
      session,
      now,
      bytes: found.bytes.length,
      ...shown(record, flows.get(record.flow), now),
    })
  } catch (error) {
    if (!isDogearError(error) || error.code === 'store_unavailable') throw error
    const { bytes, position } = typeof found === 'object' ? found : {}
    return cleaned({
      found: 'unreadable',
      session,
      format: bytes?.[0] ?? null,
      bytes: bytes?.length ?? null,
      position: position ?? null,
      reason: `${error.code}: ${error.message}`,
    })
  }
}

/** A copy in which every text is one that a terminal only shows. */
const cleaned = (shown: Shown): Shown =>
  JSON.parse(JSON.stringify(shown, (_, value) => (typeof value === 'string' ? clean(value) : value)))

function shown(
  record: SessionRecord,
  flow: Flow | undefined,
  now: number,
): Omit<Session, 'found' | 'session' | 'now' | 'bytes'> {
  const { version, snapshot, createdAt, updatedAt, expiresAt } = record
  return {
    flow: record.flow,
    version,
    maxBytes: flow?.maxBytes ?? null,
    status: snapshot.status,
    state: valueText(snapshot.value),
    ...opening(record, flow, now),
    position: positionOf(record),
    owned: record.owner !== null,
    receipts: record.receipts.length,
    drafts: Object.keys(record.drafts),
    createdAt,
    updatedAt,
    expiresAt,
    timers: record.timers.map(({ id, dueAt, fired = false, aside = false }) => ({ id, dueAt, fired, aside })),
    effects: record.effects.map(
      ({ id, effectId, src, attempt, failure = null, leaseUntil, result, settled = false }) => {
        return { id, effectId, src, attempt, failure, leaseUntil, setAside: result !== undefined, settled }
      },
    ),
    devices: record.devices.map(({ id, label, createdAt, seenAt }) => ({ id, label, createdAt, seenAt })),
    trail: record.trail.map(({ at, event, from, to, device }) => ({ at, event, from, to, device })),
  }
}

/** The step today's flow shows the person, or the reason why this release cannot open the record. */
function opening(record: SessionRecord, flow: Flow | undefined, now: number): Pick<Session, 'step' | 'failure'> {
  if (!flow) return { step: null, failure: `unknown_flow: this config has no flow "${record.flow}"` }
  try {
    return { step: viewOf(open(flow, record, now)).step, failure: null }
  } catch (error) {
    return { step: null, failure: errorLine(error) }
  }
}
