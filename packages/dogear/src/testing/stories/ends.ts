// Dead ends: places of a flow from which nothing leads on, found by walking every way from there.

import { type Examples, eventsOf, type Move, movesFrom, toCommand } from '../../cli/lock/moves.ts'
import { isDogearError } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import type { Command } from '../../turn/commands.ts'
import { canonical } from '../../turn/receipts.ts'
import { positionOf, type SessionRecord } from '../../turn/record.ts'
import { takeTurn } from '../../turn/take-turn.ts'
import { valueText } from '../../turn/trail.ts'
import type { Payloads } from './payloads.ts'

/**
 * Tells if a session is stuck for good: a reason, or undefined if it is not, or not within so many turns. `effects` are
 * possible results, by actor.
 */
export type FindDeadEnd = (
  record: SessionRecord,
  now: number,
  effects: NonNullable<Examples['effects']>,
) => string | undefined

const maxTurns = 300
const maxPayloads = 3

/** Places that lead to an end are known from one look to the next. */
export function deadEndsOf(flow: Flow, payloads: Payloads): FindDeadEnd {
  const fine = new Set<string>()
  const isEnd = ({ snapshot }: SessionRecord) => snapshot.status !== 'active'
  const hasEnd = flow.chart.nodes.some(({ type, parent }) => type === 'final' && parent === flow.machine.root)
  const events = Object.fromEntries([...payloads].map(([type, list]) => [type, list.slice(0, maxPayloads)]))
  const sent = eventsOf(flow, { events })
  const listens = new Map<string, ReadonlySet<string>>()
  for (const [node, step] of flow.chart.stepOf) listens.set(step.id, flow.chart.listens.get(node) ?? new Set())

  /** The turns that may follow. An event may come from a step before, as a person goes back and changes an answer. */
  function commandsFrom(
    record: SessionRecord,
    effects: NonNullable<Examples['effects']>,
  ): { command: object; dueAt: number }[] {
    const here = movesFrom(record, sent, { effects }).map((move: Move) => {
      const dueAt = move.type === 'wake' ? move.dueAt : 0
      return { command: toCommand(record, move), dueAt }
    })
    const back = record.visited.flatMap((step) =>
      sent
        .filter((move) => move.type === 'event' && listens.get(step)?.has(move.event.type))
        .map((move) => ({ command: { ...toCommand(record, move), step, position: positionOf(record) }, dueAt: 0 })),
    )
    return [...here, ...back]
  }

  return (found, since, effects) => {
    const seen = new Set<string>()
    let left = maxTurns

    /** True if an end is found from there, or if the search is given up. The way that leads on is tried to its end. */
    function leadsOn(record: SessionRecord, since: number, isStart: boolean): boolean {
      const key = keyOf(record)
      if (isEnd(record) || fine.has(key) || !(hasEnd || isStart)) return true
      if (seen.has(key)) return false
      seen.add(key)
      for (const { command, dueAt } of commandsFrom(record, effects)) {
        if (--left < 0) return true
        const now = Math.max(since, dueAt)
        const after = next(flow, record, command, now)
        if (!after || !leadsOn(after, now, false)) continue
        if (left >= 0) fine.add(key)
        return true
      }
      return false
    }

    // Nobody's session is anybody's.
    if (leadsOn({ ...found, devices: [] }, since, true)) return undefined
    const place = valueText(found.snapshot.value)
    const nothing = 'no event is taken there, no timer runs and no effect is under way'
    return seen.size === 1
      ? `nothing leads on from "${place}": ${nothing}, or they change nothing`
      : `no way leads from "${place}" to an end of the flow`
  }
}

/** The session after a turn, of which nothing is done; undefined if it changes nothing. */
function next(flow: Flow, record: SessionRecord, command: object, now: number): SessionRecord | undefined {
  const context = { session: 'story', mark: 'AAAAAAAA', leaseMs: 1_000 * 365 * 86_400_000 }
  try {
    const turn = takeTurn(flow, structuredClone(record), { ...command, ...context } as Command, now)
    return turn.changed ? { ...turn.record, devices: [] } : undefined
  } catch (error) {
    // A result that was made up may be none that the machine can take.
    if (isDogearError(error)) return undefined
    throw error
  }
}

const keyOf = ({ snapshot, timers, effects, visited }: SessionRecord): string =>
  canonical([
    ...[snapshot, visited, timers.map(({ id, fired }) => [id, fired])],
    effects.map(({ id, settled }) => [id, settled]),
  ])
