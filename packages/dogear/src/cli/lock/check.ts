// The gate before a deploy: compares today's flows with their lock files.

import type { Flow } from '../../flow/define.ts'
import { differences } from './differences.ts'
import type { BadLock, Lock } from './file.ts'
import { type Replayed, replay } from './replay.ts'
import type { Shape } from './shape.ts'

/** One problem; `advice` says what to do about it. */
export type Finding = { flow: string; problem: string; advice: string }

/** The samples of one earlier version, replayed. */
export type Outlook = { flow: string; version: number; samples: readonly Replayed[] }

export type Report = { findings: Finding[]; notes: string[]; outlooks: Outlook[] }

/**
 * Compares every flow with its lock files. `shapeOf` and the locks are given, so that this decides without reading
 * anything.
 */
export function checkFlows(
  flows: readonly { flow: Flow; shape: Shape }[],
  { locks, bad }: { locks: readonly Lock[]; bad: readonly BadLock[] },
): Report {
  const reports = flows.map(({ flow, shape }) =>
    checkFlow(
      flow,
      shape,
      locks.filter((lock) => lock.flow === flow.id),
    ),
  )
  return {
    findings: [
      ...bad.map(({ file, problem }) => ({
        flow: '',
        problem: `The lock file ${file} cannot be used: ${problem}.`,
        advice:
          'Restore it from version control. A lock of a version people are in cannot be made again from newer code.',
      })),
      ...reports.flatMap(({ findings }) => findings),
    ],
    notes: reports.flatMap(({ notes }) => notes),
    outlooks: reports.flatMap(({ outlooks }) => outlooks),
  }
}

function checkFlow(flow: Flow, shape: Shape, locks: readonly Lock[]): Report {
  const own = locks.find(({ version }) => version === flow.version)
  const earlier = locks.filter(({ version }) => version < flow.version && version >= flow.oldest)
  const outlooks = [...earlier, ...(own ? [own] : [])].map((lock) => ({
    flow: flow.id,
    version: lock.version,
    samples: lock.samples.map((sample) => replay(flow, lock, sample)),
  }))
  const changes = own ? differences(own, shape) : []
  const breaking = changes.filter(({ kind }) => kind === 'breaking')
  const notes = changes.filter(({ kind }) => kind === 'note').map(({ text }) => `${flow.id}: ${text}`)
  const skipping = outlooks.flatMap(skippings)
  return {
    findings: [
      ...newerThan(flow, locks),
      ...missing(flow, own, earlier),
      ...breaking.map(({ text }) => ({
        flow: flow.id,
        problem: text,
        advice:
          `Make it version ${flow.version + 1}, with migrations[${flow.version}] saying what becomes ` +
          `of people who are in version ${flow.version}; then run "dogear lock". If version ` +
          `${flow.version} was never deployed, run "dogear lock --force".`,
      })),
      ...(breaking.length === 0 && notes.length > 0
        ? [
            {
              flow: flow.id,
              problem: `The lock of version ${flow.version} is out of date, in nothing that people feel.`,
              advice: 'Run "dogear lock" and commit the file.',
            },
          ]
        : []),
      ...outlooks.flatMap(strandings),
    ],
    notes: [...notes, ...skipping],
    outlooks,
  }
}

function newerThan(flow: Flow, locks: readonly Lock[]): Finding[] {
  return locks
    .filter(({ version }) => version > flow.version)
    .map(({ version }) => ({
      flow: flow.id,
      problem: `There is a lock of version ${version}, and the flow is of version ${flow.version}.`,
      advice:
        `If version ${version} was deployed, its sessions are answered "newer_version" by this build ` +
        'and wait for one that knows it. If it never was, delete the lock file.',
    }))
}

function missing(flow: Flow, own: Lock | undefined, earlier: readonly Lock[]): Finding[] {
  const list: Finding[] = []
  if (!own)
    list.push({
      flow: flow.id,
      problem: `Version ${flow.version} is not locked.`,
      advice: 'Run "dogear lock" and commit the file.',
    })
  const known = new Set(earlier.map(({ version }) => version))
  for (let version = flow.oldest; version < flow.version; version++) {
    if (known.has(version)) continue
    list.push({
      flow: flow.id,
      problem: `There is no lock of version ${version}, so nothing is known of the people who may still be in it.`,
      advice:
        `Check out the last commit of version ${version}, run "dogear lock" there, and bring the file ` +
        'here. If nobody can be in it any more, raise "oldest" in the flow.',
    })
  }
  return list
}

function strandings({ flow, version, samples }: Outlook): Finding[] {
  const byProblem = new Map<string, string[]>()
  for (const { from, problem } of samples)
    if (problem) byProblem.set(problem, [...new Set([...(byProblem.get(problem) ?? []), from])])
  return [...byProblem].map(([problem, states]) => ({
    flow,
    problem:
      `People of version ${version} in ${states.map((state) => `"${state}"`).join(', ')} could not go ` +
      `on: ${problem}.`,
    advice: `Change migrations[${version}] so that they end in a state of today.`,
  }))
}

/** People whom a migration lets stay past a page they have not seen: its author's decision, but worth knowing. */
function skippings({ flow, version, samples }: Outlook): string[] {
  const told = samples.flatMap(({ from, skips }) =>
    skips === null
      ? []
      : [
          `${flow}: People of version ${version} in "${from}" never see "${skips}", because a ` +
            'migration lets them stay.',
        ],
  )
  return [...new Set(told)]
}
