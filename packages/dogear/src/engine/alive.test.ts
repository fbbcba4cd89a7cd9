// Nothing handed out is alive: whatever is done to it changes nothing that is kept.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import { memoryStore } from '../store/memory.ts'
import { generous, spoil } from './alive.fixture.ts'
import type { Credential } from './contract.ts'
import { person, rig, watch } from './harness.fixture.ts'

type Step = 'add' | 'next' | 'tell' | 'work' | 'read' | 'draft'

/** The views of a session that took these steps, the last of them by another process. */
async function play(steps: readonly Step[], hands: (value: unknown) => void): Promise<unknown[]> {
  let reading = false
  const flow = generous(hands, (context) => reading && hands(context)) as never
  const store = watch(memoryStore({ clock: () => 1_000 }))
  const options = { store, flow, clock: () => 1_000, onEmit: ({ event }: { event: unknown }) => hands(event) }
  const { engine, errors } = rig(options)
  const caller = {
    credential: undefined as Credential | undefined,
    mint: () => ({ id: 'session', secretHash: 'secret' }),
  }
  const seen: unknown[] = []
  let count = 0
  const look = (view: unknown) => {
    seen.push(withoutMark(view))
    hands(view)
  }
  const send = async (type: string, payload: object = {}) => {
    const event = { type, ...payload }
    const reply = await engine.send('checkout', caller, { opId: `operation-${++count}`, event })
    caller.credential ??= reply.created
    hands(event)
    look(reply.view)
  }
  await send('add', { item: { name: 'zero', tags: ['a', 'b'] } })
  for (const step of steps) {
    if (step === 'draft') {
      const values = { note: ['typed', { more: count }] }
      const draft = { opId: `operation-${++count}`, step: 'one', values }
      look((await engine.saveDraft('checkout', caller, draft)).view)
      hands(values)
    } else if (step === 'read') {
      reading = true
      look(await engine.read('checkout', caller))
      reading = false
    } else await send(step, step === 'add' ? { item: { name: String(count), tags: ['a', 'b'] } } : {})
  }
  // Not earlier: what a follower has read is kept without the live state.
  const watching = await engine.watch('checkout', caller, (hint) => hands(hint))
  await send('add', { item: 'last' })
  watching.stop()
  hands(await engine.devices('checkout', caller))
  const other = rig({
    ...options,
    flow: generous(
      () => {},
      () => {},
    ) as never,
  })
  expect(errors).toEqual([])
  const last = [await other.engine.read('checkout', caller), await other.engine.read('checkout', undefined)]
  return [...seen, ...last.map(withoutMark)]
}

/** A copy of a view without its mark, which is random. */
function withoutMark(view: unknown): unknown {
  const { mark: _, ...rest } = structuredClone(view) as { mark: string }
  return rest
}

it('what leaves may be changed in every part, and nobody sees a difference', async () => {
  const step = fc.constantFrom<Step>('add', 'next', 'tell', 'work', 'read', 'draft')
  const all: Step[] = ['read', 'draft', 'add', 'next', 'read', 'tell', 'work', 'read', 'tell', 'add', 'read']
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      expect(await play(steps, spoil)).toEqual(await play(steps, () => {}))
    }),
    { numRuns: 40, examples: [[all]] },
  )
})

it('the view of a turn is of that turn, although the next one has changed the context in place', async () => {
  const machine = setup({ types: { context: {} as { log: number[] }, events: {} as { type: 'add' } } }).createMachine({
    context: { log: [] },
    on: {
      add: {
        actions: assign(({ context }) => {
          context.log.push(context.log.length)
          return {}
        }),
      },
    },
  })
  const flow = defineFlow({ id: 'checkout', version: 1, machine, events: { add: z.object({}) } })
  const { engine } = rig({ flow: flow as never })
  const someone = person(engine)
  await someone.send('add')
  const replies = await Promise.all([someone.send('add'), someone.send('add'), someone.send('add')])
  expect(replies.map(({ view }) => view.context)).toEqual([{ log: [0, 1] }, { log: [0, 1, 2] }, { log: [0, 1, 2, 3] }])
})

it('a due timer that changes the context in place goes off once, however often somebody looks before', async () => {
  let now = 1_000
  const clock = () => now
  const machine = setup({
    types: { context: {} as { log: string[] }, events: {} as { type: 'begin' | 'go' } },
    delays: { soon: 50 },
  }).createMachine({
    initial: 'a',
    context: { log: [] },
    states: {
      a: { on: { begin: 'b' } },
      b: {
        after: {
          soon: {
            target: 'c',
            actions: assign(({ context }) => {
              context.log.push('ticked')
              return context
            }),
          },
        },
      },
      c: { on: { go: {} } },
    },
    on: { go: { actions: assign({}) } },
  })
  const events = { begin: z.object({}), go: z.object({}) }
  const flow = defineFlow({ id: 'checkout', version: 1, machine, events }) as never
  const store = watch(memoryStore({ clock }))
  const { engine } = rig({ flow, store, clock })
  const owner = { id: 'owner', label: 'a•••' }
  const someone = person(engine, undefined, owner)
  await someone.send('begin')
  now += 51
  const looks = [
    () => someone.read(),
    () => engine.sessionsOf(owner, new Map()),
    () => engine.devices('checkout', someone.caller),
    () => someone.read(),
    () => engine.sessionsOf(owner, new Map()),
  ]
  for (const look of looks) await look()
  expect((await someone.read()).context).toEqual({ log: ['ticked'] })
  await someone.send('go')
  expect((await rig({ flow, store, clock }).engine.read('checkout', someone.caller)).context).toEqual({
    log: ['ticked'],
  })
})
