// Lock files: the shape of one version of a flow, with sample records of it. Committed like code.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Flow } from '../../flow/define.ts'
import { pending } from '../../turn/effects.ts'
import { newRecord, type SessionRecord } from '../../turn/record.ts'
import { waiting } from '../../turn/timers.ts'
import type { Sample } from './samples.ts'
import type { Shape } from './shape.ts'
import { fromTagged, toTagged } from './tagged.ts'

/** A sample as it is written: the parts of a record that a migration sees. */
export type LockedSample = {
  state: string
  snapshot: unknown
  visited: readonly string[]
  timers: readonly { id: string; event: unknown }[]
  effects: readonly { id: string; src: string; input: unknown }[]
}

export type Lock = { format: 1; flow: string; version: number } & Shape & { samples: readonly LockedSample[] }

/** A lock file that cannot be used, and why. */
export type BadLock = { file: string; problem: string }

const nameOf = (flow: string, version: number) => `${flow}@${version}.json`

export function toLock(flow: Flow, shape: Shape, samples: readonly Sample[]): Lock {
  return { format: 1, flow: flow.id, version: flow.version, ...shape, samples: samples.map(toLocked) }
}

function toLocked({ state, record }: Sample): LockedSample {
  return {
    state,
    snapshot: toTagged(record.snapshot),
    visited: record.visited,
    timers: waiting(record.timers).map(({ id, event }) => ({ id, event: toTagged(event) })),
    effects: pending(record.effects).map(({ id, src, input }) => ({ id, src, input: toTagged(input) })),
  }
}

/** The record of a sample as it would be stored at `now`. Its timers and leases have an hour left. */
export function toRecord(flow: Flow, version: number, sample: LockedSample, now: number): SessionRecord {
  const later = now + 3_600_000
  return {
    ...newRecord(flow, fromTagged(sample.snapshot) as SessionRecord['snapshot'], now),
    version,
    revision: 1,
    visited: sample.visited,
    timers: sample.timers.map(({ id, event }) => {
      return { id, generation: 1, event: fromTagged(event) as { type: string }, dueAt: later }
    }),
    effects: sample.effects.map(({ id, src, input }) => ({
      ...{ id, src, generation: 1, attempt: 1, leaseUntil: later },
      effectId: `sample.${id}.1`,
      input: fromTagged(input),
    })),
    entries: Object.fromEntries(sample.effects.map(({ id }) => [id, 1])),
    expiresAt: now + flow.lifetime.absoluteMs,
  }
}

/** The text of a lock file: stable, with a line for each state, event and sample, so that a diff shows the changes. */
export function lockText(lock: Lock): string {
  const members = Object.entries(lock).map(([name, value]) => `  ${JSON.stringify(name)}: ${memberText(value)}`)
  return `{\n${members.join(',\n')}\n}\n`
}

function memberText(value: unknown): string {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return JSON.stringify(value)
  if (Array.isArray(value)) return `[\n${value.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`
  const lines = Object.entries(value).map(([key, one]) => `    ${JSON.stringify(key)}: ${JSON.stringify(one)}`)
  return `{\n${lines.join(',\n')}\n  }`
}

/** Writes a lock file. Resolves to its path. */
export async function writeLock(folder: string, lock: Lock): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, nameOf(lock.flow, lock.version))
  await writeFile(file, lockText(lock))
  return file
}

/** Every lock file of the folder, by flow and version; none if there is no such folder. */
export async function readLocks(folder: string): Promise<{ locks: Lock[]; bad: BadLock[] }> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const read = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readLock(join(folder, name), name)),
  )
  const locks = read.flatMap((one) => ('problem' in one ? [] : [one]))
  return {
    locks: locks.sort((a, b) => (a.flow === b.flow ? a.version - b.version : a.flow < b.flow ? -1 : 1)),
    bad: read.flatMap((one) => ('problem' in one ? [one] : [])),
  }
}

async function readLock(file: string, name: string): Promise<Lock | BadLock> {
  try {
    const lock = JSON.parse(await readFile(file, 'utf8')) as Partial<Lock>
    if (lock.format !== 1) return { file, problem: 'it is not of a format this release knows' }
    if (name !== nameOf(String(lock.flow), Number(lock.version)))
      return { file, problem: `it holds version ${lock.version} of flow "${lock.flow}", which its name does not say` }
    if (!lock.states || !Array.isArray(lock.samples)) return { file, problem: 'parts of it are missing' }
    return lock as Lock
  } catch (error) {
    const unfinished = error instanceof SyntaxError
    return { file, problem: unfinished ? 'it is no JSON: was a merge left unfinished?' : 'it cannot be read' }
  }
}
