// The moves of a walk through a flow: all that may come next.

import type { Intent } from '../../engine/run-turn.ts'
import type { Flow } from '../../flow/define.ts'
import { pending } from '../../turn/effects.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { waiting } from '../../turn/timers.ts'
import { examplesOf } from './example.ts'
import { jsonSchemaOf } from './shape.ts'

/**
 * Payloads to walk a flow with. `events` maps event types to payloads that their schemas accept; an event without any
 * gets one made from its JSON Schema. `effects` maps actor names to possible results; a failure is always tried.
 * `inputs` are of the machine, as its schema returns them; the first one is taken.
 */
export type Examples = {
  events?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
  effects?: Readonly<Record<string, readonly unknown[]>>
  inputs?: readonly unknown[]
}

const sender = { secretHash: '', label: '' }

export type Move =
  | { type: 'draft'; step: string }
  | { type: 'event' | 'dispatch'; event: { type: string } }
  | { type: 'wake'; id: string; dueAt: number }
  | { type: 'settle'; id: string; ok: boolean; output?: unknown }

/** The command that makes a move in `record`, a session or the beginning of one. */
export function toCommand(record: SessionRecord | undefined, move: Move): Intent {
  switch (move.type) {
    case 'event':
      return { kind: 'event', opId: `${record?.revision ?? 0}.example`, event: move.event, sender }
    case 'dispatch':
      return { kind: 'dispatch', opId: `${record?.revision ?? 0}.example`, event: move.event }
    case 'draft':
      return { kind: 'draft', opId: 'a.draft', step: move.step, values: { example: 'a word' }, issues: [], sender }
    case 'wake':
      return { kind: 'wake' }
    case 'settle': {
      const { id, ok, output } = move
      const { effectId = '', attempt = 0 } = record?.effects.find((effect) => effect.id === id) ?? {}
      const result = ok ? { ok, output } : { ok, error: { name: 'Error', message: 'an example of a failure' } }
      return { kind: 'settle', holding: { effectId, attempt }, result }
    }
  }
}

/** All that may happen to a session, but for what a person does to several of them. */
export function movesFrom(record: SessionRecord, sent: readonly Move[], { effects = {} }: Examples): Move[] {
  if (record.snapshot.status !== 'active') return []
  const woken = waiting(record.timers).map(({ id, dueAt }): Move => ({ type: 'wake', id, dueAt }))
  const settled = pending(record.effects).flatMap(({ id, src }): Move[] => [
    ...(effects[src] ?? [undefined]).map((output): Move => ({ type: 'settle', id, ok: true, output })),
    { type: 'settle', id, ok: false },
  ])
  return [...sent, ...woken, ...settled]
}

/** The events of a flow with the payloads of `examples`, or made from their JSON Schema. */
export function eventsOf(flow: Flow, { events = {} }: Examples): Move[] {
  return Object.entries({ ...flow.events, ...flow.serverEvents }).flatMap(([type, schema]) => {
    const shape = jsonSchemaOf(schema, 'input')
    const payloads = events[type] ?? (shape ? examplesOf(shape) : [{}])
    const by = Object.hasOwn(flow.serverEvents, type) ? 'dispatch' : 'event'
    return payloads.map((payload): Move => ({ type: by, event: { ...payload, type } }))
  })
}
