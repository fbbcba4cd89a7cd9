// An effect under way keeps its key through a renaming, so that the provider is never asked under a second one.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import type { Migrations } from '../flow/evolve/migration.ts'
import { fromEffect } from '../flow/machine.ts'
import { createSession, start } from './session.fixture.ts'

type Names = { id: string; src: string }

function flowOf({ id, src }: Names, migrations: Migrations = {}) {
  const machine = setup({
    types: { events: {} as { type: 'go' | 'again' } },
    actors: { [src]: fromEffect(async () => 1) },
  }).createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { on: { go: 'paying' } },
      paying: { invoke: { id, src, onDone: 'paid', onError: 'a' } },
      paid: { on: { again: 'paying' } },
    },
    // biome-ignore lint/suspicious/noExplicitAny: the names are made, so they are no literals.
  } as any)
  const version = Object.keys(migrations).length + 1
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  const any = machine as any
  return defineFlow({ id: 'm', version, machine: any, events: { go: z.object({}), again: z.object({}) }, migrations })
}

const old = { id: 'charge', src: 'charge' }
const rule = (renames: Record<string, string | null>) => ({
  renames,
  migrate: ({ value }: { value: unknown }) => ({ value }),
})

/** Somebody whose charge is under way when the flow gets other names. */
function deployed(names: Names, ...renames: Record<string, string | null>[]) {
  const before = createSession(flowOf(old))
  before.event({ type: 'go' })
  const migrations = Object.fromEntries(renames.map((one, index) => [index + 1, rule(one)]))
  const session = createSession(flowOf(names, migrations))
  session.record = before.record
  const turn = session.wake(start)
  return { session, turn, key: before.record?.effects[0]?.effectId }
}

const cases: [string, Names, Record<string, string>[]][] = [
  ['of both names', { id: 'pay', src: 'pay' }, [{ charge: 'pay' }]],
  ['of the invoke alone', { id: 'pay', src: 'charge' }, [{ charge: 'pay' }]],
  ['of the actor alone', { id: 'charge', src: 'pay' }, [{ charge: 'pay' }]],
  ['twice', { id: 'cash', src: 'cash' }, [{ charge: 'pay' }, { pay: 'cash' }]],
  ['there and back', old, [{ charge: 'pay' }, { pay: 'charge' }]],
]

describe('a renaming', () => {
  it.each(cases)('%s leaves the effect under its key, and starts none', (_, names, renames) => {
    const { session, turn, key } = deployed(names, ...renames)
    expect(turn.after).toMatchObject({ effects: [], dropped: [] })
    expect(session.record?.effects).toMatchObject([{ ...names, effectId: key, generation: 1 }])
    session.settle(names.id, 1, { ok: true, output: 1 })
    expect(session.record?.snapshot.value).toBe('paid')
  })

  it.each(cases)('%s gives the next start a key of its own', (_, names, renames) => {
    const { session, key } = deployed(names, ...renames)
    session.settle(names.id, 1, { ok: true, output: 1 })
    const { effects } = session.event({ type: 'again' }).after
    expect(effects).toMatchObject([{ id: names.id, generation: 2 }])
    expect(effects[0]?.effectId).not.toBe(key)
  })

  it('to nothing gives the effect up, and what its state runs now starts', () => {
    const { turn } = deployed({ id: 'pay', src: 'pay' }, { charge: null })
    expect(turn.after.effects).toMatchObject([{ id: 'pay', attempt: 1 }])
    expect(turn.record?.effects).toHaveLength(1)
  })

  it('that is no renaming is a problem of the flow', () => {
    const migrations = { 1: { renames: { charge: 7 }, migrate: (older: object) => older } } as unknown as Migrations
    expect(() => flowOf(old, migrations)).toThrow('migrations.1.renames: not new names, or null, by old ones')
  })
})
