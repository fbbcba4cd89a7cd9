// The gate before a deploy: compares today's flows with their lock files.

import type { Flow } from '../../flow/define.ts'
import { olderVersions } from '../../flow/evolve/lift.ts'
import { type Difference, differences } from './differences.ts'
import type { BadLock, Lock } from './file.ts'
import { type Replayed, replay } from './replay.ts'
import type { Shape } from './shape.ts'

/** One problem; `advice` says what to do about it. `flow` is empty for a lock file that belongs to none. */
export type Finding = { flow: string; problem: string; advice: string }

/** The samples of one version, replayed. */
export type Outlook = { flow: string; version: number; samples: readonly Replayed[] }

export type Report = { findings: Finding[]; notes: string[]; outlooks: Outlook[] }

type Problem = Omit<Finding, 'flow'>

const lockIt = 'Run "dogear lock" and commit the file.'

/** Compares every flow with its lock files. Shapes and locks are given, so that this decides without reading a file. */
export function checkFlows(
  flows: readonly { flow: Flow; shape: Shape }[],
  { locks, bad }: { locks: readonly Lock[]; bad: readonly BadLock[] },
): Report {
  const unusable = bad.map(({ file, problem }) => ({
    flow: '',
    problem: `The lock file ${file} cannot be used: ${problem}.`,
    advice: 'Restore it from version control. A lock of a version people are in cannot be made again from newer code.',
  }))
  const reports = flows.map(({ flow, shape }) => {
    const own = locks.filter((lock) => lock.flow === flow.id)
    return checkFlow(flow, shape, own)
  })
  return {
    findings: [...unusable, ...reports.flatMap(({ findings }) => findings)],
    notes: reports.flatMap(({ notes }) => notes),
    outlooks: reports.flatMap(({ outlooks }) => outlooks),
  }
}

function checkFlow(flow: Flow, shape: Shape, locks: readonly Lock[]): Report {
  const { id, version, oldest } = flow
  const today = locks.find((lock) => lock.version === version)
  const outlooks = locks
    .filter((lock) => lock.version >= oldest && lock.version <= version)
    .map((lock) => ({
      flow: id,
      version: lock.version,
      samples: lock.samples.map((sample) => replay(flow, lock, sample)),
    }))
  const changes = today ? differences(today, shape) : []
  const notes = changes.filter(({ kind }) => kind === 'note').map(({ text }) => `${id}: ${text}`)
  const problems = [
    ...newer(flow, locks),
    ...missing(flow, locks),
    ...changed(flow, changes),
    ...outlooks.flatMap(stranded),
    ...outlooks.flatMap(restarted),
  ]
  return {
    findings: problems.map((problem) => ({ flow: id, ...problem })),
    notes: [...notes, ...outlooks.flatMap(unseen)],
    outlooks,
  }
}

function newer({ version: today }: Flow, locks: readonly Lock[]): Problem[] {
  return locks
    .filter(({ version }) => version > today)
    .map(({ version }) => ({
      problem: `There is a lock of version ${version}, and the flow is of version ${today}.`,
      advice:
        `If version ${version} was deployed, its sessions are answered "newer_version" by this build ` +
        'and wait for one that knows it. If it never was, delete the lock file.',
    }))
}

function missing(flow: Flow, locks: readonly Lock[]): Problem[] {
  const known = new Set(locks.map(({ version }) => version))
  const own = known.has(flow.version) ? [] : [{ problem: `Version ${flow.version} is not locked.`, advice: lockIt }]
  const earlier = olderVersions(flow)
    .reverse()
    .filter((version) => !known.has(version))
  return [
    ...own,
    ...earlier.map((version) => ({
      problem: `There is no lock of version ${version}, so nothing is known of the people who may still be in it.`,
      advice:
        `Check out the last commit of version ${version}, run "dogear lock" there, and bring the file ` +
        'here. If nobody can be in it any more, raise "oldest" in the flow.',
    })),
  ]
}

function changed({ version }: Flow, changes: readonly Difference[]): Problem[] {
  const breaking = changes.filter(({ kind }) => kind === 'breaking')
  const advice =
    `Make it version ${version + 1}, with migrations[${version}] saying what becomes of people who are in ` +
    `version ${version}; then run "dogear lock". If version ${version} was never deployed, run "dogear lock --force".`
  if (breaking.length > 0 || changes.length === 0) return breaking.map(({ text }) => ({ problem: text, advice }))
  return [{ problem: `The lock of version ${version} is out of date, in nothing that people notice.`, advice: lockIt }]
}

function stranded({ version, samples }: Outlook): Problem[] {
  const problems = new Set(samples.flatMap(({ problem }) => problem ?? []))
  return [...problems].map((problem) => {
    const states = new Set(samples.filter((sample) => sample.problem === problem).map(({ from }) => `"${from}"`))
    return {
      problem: `People of version ${version} in ${[...states].join(', ')} could not go on: ${problem}.`,
      advice: `Change migrations[${version}] so that they end in a state of today.`,
    }
  })
}

function restarted({ version, samples }: Outlook): Problem[] {
  const all = samples.flatMap(({ restarted }) => (restarted ? [restarted] : []))
  const texts = new Set(
    all.map(({ lost, begun }) => `${listed(lost)} would be dropped while under way, and ${listed(begun)}`),
  )
  return [...texts].map((text) => ({
    problem: `Of people of version ${version}, ${text} would start in its place: done twice, under two keys.`,
    advice:
      `If only a name has changed, say so in migrations[${version}]: { renames: { oldName: 'newName' }, … }, for ids ` +
      'of invokes and names of actors. If what is under way is to be given up, say null.',
  }))
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

/** Notes on people whom a migration lets stay past a page they have not seen. Its author decided that on purpose. */
function unseen({ flow, version, samples }: Outlook): string[] {
  const notes = samples
    .filter(({ skips }) => skips !== null)
    .map(
      ({ from, skips }) =>
        `${flow}: People of version ${version} in "${from}" never see "${skips}", because a migration lets them stay.`,
    )
  return [...new Set(notes)]
}
