// A stored session as support may see it.

import { DogearError, isDogearError } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import { copyOf } from '../../plain-data.ts'
import type { Found, SessionId } from '../../store/store.ts'
import { open, viewOf } from '../../turn/open.ts'
import { positionOf, type SessionRecord } from '../../turn/record.ts'
import { valueText } from '../../turn/trail.ts'
import type { EngineParts } from '../send.ts'
import type { Inspected, InspectedSession } from './inspected.ts'

/** Looks at one session, as it is stored. Rejects only if the store fails. */
export async function inspect(
  { flows, store, records }: Pick<EngineParts, 'flows' | 'store' | 'records'>,
  session: SessionId,
  { context = false }: { context?: boolean } = {},
): Promise<Inspected> {
  let found: Found | 'unchanged'
  try {
    found = await store.read(session)
    if (found === 'removed') return { found: 'removed', session }
    if (found === undefined || found === 'unchanged') return { found: 'nothing', session }
    const record = await records.read(session, found)
    const now = await store.now()
    const known: unknown = context ? copyOf(record.snapshot.context) : undefined
    const seen = { ...shown(record, flows.get(record.flow), now), ...(context && { context: known }) }
    return { found: 'record', session, now, bytes: found.bytes.length, ...seen }
  } catch (error) {
    if (!isDogearError(error) || error.code === 'store_unavailable') throw error
    const { bytes, position } = typeof found === 'object' ? found : {}
    return {
      found: 'unreadable',
      session,
      format: bytes?.[0] ?? null,
      bytes: bytes?.length ?? null,
      position: position ?? null,
      reason: error,
    }
  }
}

function shown(
  record: SessionRecord,
  flow: Flow | undefined,
  now: number,
): Omit<InspectedSession, 'found' | 'session' | 'now' | 'bytes'> {
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
function opening(
  record: SessionRecord,
  flow: Flow | undefined,
  now: number,
): Pick<InspectedSession, 'step' | 'failure'> {
  if (!flow) return { step: null, failure: new DogearError('unknown_flow', `this config has no flow "${record.flow}"`) }
  try {
    return { step: viewOf(open(flow, record, now)).step, failure: null }
  } catch (error) {
    if (isDogearError(error)) return { step: null, failure: error }
    return { step: null, failure: new DogearError('flow_failed', 'the flow cannot show it', { cause: error }) }
  }
}
