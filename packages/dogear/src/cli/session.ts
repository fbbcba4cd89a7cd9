// The part of a stored session an operator may see: no context, no values, no secrets.

import { recordsOf } from '../codec/records.ts'
import type { Engine } from '../engine/engine.ts'
import { type DogearError, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { currentStep } from '../flow/steps.ts'
import type { Found, Store } from '../store/store.ts'
import { open } from '../turn/open.ts'
import type { SessionRecord } from '../turn/record.ts'
import { valueText } from '../turn/trail.ts'
import type { Position } from '../wire.ts'
import { clean } from './output.ts'

/**
 * Times are milliseconds since the Unix epoch by the store's clock, like `now`. `step` is null in a state that is no
 * step.
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
  position: Position
  bytes: number
  maxBytes: number | null
  owned: boolean
  receipts: number
  drafts: string[]
  createdAt: number
  updatedAt: number
  expiresAt: number
  timers: { id: string; dueAt: number; fired: boolean }[]
  effects: { id: string; effectId: string; src: string; attempt: number; leaseUntil: number; settled: boolean }[]
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
  let found: Found
  try {
    found = await read(store, session)
  } catch (error) {
    if (!isDogearError(error) || error.code !== 'record_unreadable') throw error
    return { found: 'unreadable', session, format: null, bytes: null, position: null, reason: reasonOf(error) }
  }
  if (found === undefined) return { found: 'nothing', session }
  if (found === 'removed') return { found: 'removed', session }
  const { bytes, position } = found
  try {
    const record = await recordsOf(codec).read(session, found)
    const flow = flows.get(record.flow)
    const now = await store.now()
    return {
      found: 'record',
      session,
      now,
      bytes: bytes.length,
      maxBytes: flow?.maxBytes ?? null,
      ...shown(record, flow, now),
    }
  } catch (error) {
    if (!isDogearError(error) || error.code === 'store_unavailable') throw error
    return {
      found: 'unreadable',
      session,
      format: bytes[0] ?? null,
      bytes: bytes.length,
      position,
      reason: reasonOf(error),
    }
  }
}

async function read(store: Store, session: string): Promise<Found> {
  const found = await store.read(session)
  return found === 'unchanged' ? undefined : found
}

const reasonOf = ({ code, message }: DogearError): string => clean(`${code}: ${message}`)

function shown(
  record: SessionRecord,
  flow: Flow | undefined,
  now: number,
): Omit<Session, 'found' | 'session' | 'now' | 'bytes' | 'maxBytes'> {
  const { version, epoch, revision, snapshot, createdAt, updatedAt, expiresAt } = record
  return {
    flow: clean(record.flow),
    version,
    status: snapshot.status,
    state: clean(valueText(snapshot.value)),
    step: flow ? stepOf(record, flow, now) : null,
    position: { epoch, revision },
    owned: record.owner !== null,
    receipts: record.receipts.length,
    drafts: Object.keys(record.drafts).map(clean),
    createdAt,
    updatedAt,
    expiresAt,
    timers: record.timers.map(({ id, dueAt, fired = false }) => ({ id: clean(id), dueAt, fired })),
    effects: record.effects.map(({ id, effectId, src, attempt, leaseUntil, settled = false }) => ({
      id: clean(id),
      effectId: clean(effectId),
      src: clean(src),
      attempt,
      leaseUntil,
      settled,
    })),
    devices: record.devices.map(({ id, label, createdAt, seenAt }) => ({
      id: clean(id),
      label: clean(label),
      createdAt,
      seenAt,
    })),
    trail: record.trail.map(({ at, event, from, to, device }) => ({
      at,
      event: clean(event),
      from: clean(from),
      to: clean(to),
      device: clean(device),
    })),
  }
}

/** The step today's flow shows the person; null if there is none, or if this release cannot open the record. */
function stepOf(record: SessionRecord, flow: Flow, now: number): string | null {
  try {
    return currentStep(flow, open(flow, record, now).live)?.id ?? null
  } catch {
    return null
  }
}
