// The forecast of a deploy for the people a census counted, made from the samples of their version.

import type { Flow } from '../../flow/define.ts'
import type { Census, Count } from './census.ts'
import type { Lock } from './file.ts'
import { type Replayed, replay } from './replay.ts'

/** `lines` say how many sessions go where. `unknown` are sessions in states no lock has a sample of. */
export type Forecast = { total: number; stuck: number; unreadable: number; unknown: number; lines: string[] }

/** Reads a census file. Throws `TypeError` for a file that is none. */
export function parseCensus(text: string): Census {
  const advice = 'make it with "dogear census --out <file>"'
  let census: Partial<Census> | null
  try {
    census = JSON.parse(text)
  } catch {
    throw new TypeError(`the census file is no JSON: ${advice}`)
  }
  if (census?.format !== 1 || !Array.isArray(census.counts))
    throw new TypeError(`the census file is not of a format this release knows: ${advice}`)
  return census as Census
}

/** Foretells how everyone who was counted would go on. */
export function forecast(
  census: Census,
  { flows, locks }: { flows: readonly Flow[]; locks: readonly Lock[] },
): Forecast {
  const unreadable = census.unreadable + census.newer
  const result: Forecast = { total: census.sessions, stuck: 0, unreadable, unknown: 0, lines: [] }
  for (const count of census.counts) {
    const flow = flows.find(({ id }) => id === count.flow)
    const lock = locks.find((one) => one.flow === count.flow && one.version === count.version)
    if (!flow || count.version > flow.version) {
      result.unreadable += count.count
      result.lines.push(`${people(count)} would be answered "${flow ? 'newer_version' : 'unknown_flow'}" by this build`)
    } else if (lock || count.version < flow.version) {
      addCount(result, count, lock ? samplesFor(flow, lock, count) : [])
    }
  }
  return result
}

function addCount(result: Forecast, count: Count, outcomes: readonly Replayed[]): void {
  if (outcomes.length === 0) {
    result.unknown += count.count
    result.lines.push(`${people(count)} are in a state no lock has a sample of`)
    return
  }
  const stuck = outcomes.find(({ problem }) => problem !== null)
  if (stuck) {
    result.stuck += count.count
    result.lines.push(`${people(count)} could not go on: ${stuck.problem}`)
    return
  }
  const places = [...new Set(outcomes.filter(({ moved }) => moved).map(({ state, step }) => step ?? state))]
  if (places.length > 0) {
    const some = outcomes.some(({ moved }) => !moved) ? 'some of them ' : ''
    result.lines.push(`${people(count)} would ${some}go on at ${places.map((place) => `"${place}"`).join(' or ')}`)
  }
  const dropped = [...new Set(outcomes.flatMap((one) => one.dropped))]
  if (dropped.length > 0) result.lines.push(`${people(count)} would lose what they wait for: ${dropped.join(', ')}`)
}

/** The samples in the counted state, replayed; only those that wait for the same, if there are any. */
function samplesFor(flow: Flow, lock: Lock, count: Count): Replayed[] {
  const there = lock.samples.filter(({ state }) => state === count.state)
  const waiting = there.filter(
    ({ timers, effects }) => ids(timers) === String(count.timers) && ids(effects) === String(count.effects),
  )
  return (waiting.length > 0 ? waiting : there).map((sample) => replay(flow, lock, sample))
}

const ids = (list: readonly { id: string }[]): string => String(list.map(({ id }) => id).sort())

const people = ({ count, state, flow, version }: Count): string =>
  `${count} session${count === 1 ? '' : 's'} of ${flow} ${version} in "${state}"`
