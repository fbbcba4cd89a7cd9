// A person who was in a flow before a deploy: a session as a lock file of an earlier version has it.

import { createHash } from 'node:crypto'
import { type Lock, type LockedSample, readLocks, toRecord } from '../cli/lock/file.ts'
import { recordsOf } from '../codec/records.ts'
import type { Credential, Engine } from '../engine/contract.ts'
import type { Flow } from '../flow/define.ts'
import { positionOf } from '../turn/record.ts'
import { dueAt } from '../turn/timers.ts'
import { type AnyFlow, type Visitor, type VisitorOptions, visitor } from './visitor.ts'

/** `version` and the number of the `sample` in its lock; `locks` is the folder that `dogear lock` writes. */
export type Since = VisitorOptions & { locks: string; version: number; sample: number }

/**
 * A person whose session version `version` of the flow has left behind: one of the samples that its lock file keeps.
 * Throws `TypeError` if there is no such lock, or no such sample in it.
 */
export async function visitorSince<F extends AnyFlow>(
  engine: Engine,
  flow: F,
  { locks, version, sample, ...options }: Since,
): Promise<Visitor<F>> {
  const lock = (await locksOf(locks, flow)).find((one) => one.version === version)
  const locked = lock?.samples[sample]
  if (!locked) throw new TypeError(`${locks} has no sample ${sample} of version ${version} of flow "${flow.id}"`)
  return goingOn(engine, flow, { locked, version, ...options })
}

/** A person whose session is this sample. */
export async function goingOn<F extends AnyFlow>(
  engine: Engine,
  flow: F,
  { locked, version, name = 'since', ...options }: VisitorOptions & { locked: LockedSample; version: number },
): Promise<Visitor<F>> {
  const hash = (what: string) => createHash('sha256').update(`${name} ${what}`).digest('base64url')
  const credential: Credential = { id: hash('session'), secretHash: hash('secret') }
  credential.sealedSelector = `sealed:${credential.id}`
  const now = engine.now()
  const device = { id: 'd1', secretHash: credential.secretHash, label: name, createdAt: now, seenAt: now }
  const record = {
    ...toRecord(flow, version, locked, now),
    mark: `${credential.id.slice(0, 3)}AAAAA`,
    devices: [device],
  }
  const { bytes } = await recordsOf(engine.codec).write(credential.id, record, Number.POSITIVE_INFINITY)
  const due = dueAt(record)
  const when = due === undefined ? {} : { dueAt: due }
  const entry = { bytes, ...positionOf(record), ttlMs: record.expiresAt - now, ...when }
  await engine.store.commit(credential.id, 0, entry)
  return visitor(engine, flow, { ...options, name, credential })
}

/** The locks of a flow, the earliest version first. Throws `TypeError` for a lock that cannot be used. */
export async function locksOf(folder: string, { id, oldest }: Pick<Flow, 'id' | 'oldest'>): Promise<Lock[]> {
  const { locks, bad } = await readLocks(folder)
  const [first] = bad
  if (first) throw new TypeError(`${first.file}: ${first.problem}`)
  return locks.filter(({ flow, version }) => flow === id && version >= oldest)
}
