// Ever new ids for spawned effects: the record stays small, and no two starts share an idempotency key.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { assign, setup, spawnChild } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { createSession } from './session.fixture.ts'

const machine = setup({
  types: { context: {} as { id: string }, events: {} as { type: 'upload.added'; id: string } | { type: 'sent' } },
  actors: { upload: fromEffect(async () => 1), send: fromEffect(async () => 1) },
}).createMachine({
  id: 'uploads',
  initial: 'adding',
  context: { id: '' },
  on: {
    'upload.added': {
      actions: [assign({ id: ({ event }) => event.id }), spawnChild('upload', { id: ({ context }) => context.id })],
    },
  },
  states: {
    adding: { on: { sent: 'sending' } },
    sending: { invoke: { id: 'send', src: 'send', onDone: 'adding', onError: 'adding' } },
  },
})
const flow = defineFlow({
  id: 'uploads',
  version: 1,
  machine,
  events: { 'upload.added': z.object({ id: z.string() }), sent: z.object({}) },
  context: z.object({ id: z.string() }),
})

const mostPending = 6
/** Picks beyond this are ids that come but once. */
const most = 10_000
type Started = { id: string; effectId: string; generation: number }

/** Makes a session take `picks`; returns all effects that started, and the most counts its record held. */
function run(picks: readonly number[]): { started: Started[]; counted: number } {
  const session = createSession(flow)
  const started: Started[] = []
  let pending: Started[] = []
  let counted = 0
  for (const pick of picks) {
    const [ended] = pending
    const event =
      pick % 7 === 0 ? { type: 'sent' } : { type: 'upload.added', id: `upload-${pick > most ? pick : pick % 60}` }
    const settles = ended !== undefined && (pending.length === mostPending || pick % 3 === 0)
    const { after, record } = settles
      ? session.settle(ended.id, ended.generation, { ok: true, output: 1 })
      : session.event(event)
    started.push(...after.effects)
    const left = record?.effects.filter(({ settled }) => !settled) ?? []
    pending = [...pending, ...after.effects].filter(({ effectId }) => left.some((one) => one.effectId === effectId))
    counted = Math.max(counted, Object.keys(record?.entries ?? {}).length)
  }
  return { started, counted }
}

it('never gives two starts one effectId, whatever ids come back, and counts no more than a few of them', () => {
  let starts = 0
  fc.assert(
    fc.property(fc.array(fc.nat({ max: most }), { minLength: 60, maxLength: 250 }), (picks) => {
      const { started, counted } = run(picks)
      expect(new Set(started.map(({ effectId }) => effectId)).size).toBe(started.length)
      expect(counted).toBeLessThanOrEqual(17 + mostPending)
      starts = Math.max(starts, started.length)
    }),
    { numRuns: 60 },
  )
  expect(starts).toBeGreaterThan(60)
})

it('keeps the record of 300 uploads under ever new ids as small as that of 30', () => {
  const counts = [30, 300].map((uploads) => run(Array.from({ length: 2 * uploads }, (_, i) => most + 1 + i)).counted)
  expect(counts[1]).toBeLessThanOrEqual(Math.max(counts[0] ?? 0, 17 + mostPending))
})
