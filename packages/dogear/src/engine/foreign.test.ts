// Code of others: whatever it does, every call settles, the fault is reported, and the person goes on.

import { describe, expect, it, vi } from 'vitest'
import { assign, emit, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { quiet, tell } from './foreign.ts'
import { atReview, eventually, person, rig, watch } from './harness.fixture.ts'
import { startWorker } from './worker.ts'

const fault = new Error('fault')
const never = new Promise<never>(() => {})
/** Every way in which code that has to answer at once can fail to. */
const ways: [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw fault
    },
  ],
  ['rejects', () => Promise.reject(fault)],
  ['never settles', () => never],
  [
    'throws no error',
    () => {
      throw null
    },
  ],
]
const flowFailed = expect.objectContaining({ code: 'flow_failed' })

type Event = { type: 'go' | 'back' } | { type: 'typed'; text: string }
type Broken = Partial<
  Record<'guard' | 'assign' | 'member' | 'delay' | 'input' | 'context' | 'view' | 'schema', () => unknown>
>

/** A flow that works, but for `broken`. Every event of it is refused or leads from `a` to `b`. */
function flowWith(broken: Broken): Flow<never, unknown> {
  const fine = (name: keyof Broken, answer: unknown) => (broken[name] ?? (() => answer)) as never
  const schema = broken.schema
    ? { '~standard': { version: 1 as const, vendor: 'test', validate: broken.schema as never } }
    : z.object({})
  const machine = setup({
    types: { context: {} as { text?: unknown }, events: {} as Event },
    actors: { work: fromEffect<unknown, unknown>(async () => 'done') },
    guards: { may: fine('guard', true) },
    delays: { soon: fine('delay', 1_000) },
  }).createMachine({
    initial: 'a',
    context: fine('context', {}),
    states: {
      a: {
        id: 'a',
        meta: { step: { path: 'a', title: 'A' } },
        on: {
          go: {
            guard: 'may',
            target: 'b',
            actions: [assign(fine('assign', {})), assign({ text: fine('member', 'text') })],
          },
        },
      },
      b: { after: { soon: 'c' }, invoke: { id: 'work', src: 'work', input: fine('input', {}), onError: 'c' } },
      c: {},
    },
  })
  const events = { go: schema as never, typed: z.object({ text: z.string() }) }
  return defineFlow({ id: 'checkout', version: 1, machine, events: events as never, view: fine('view', {}) }) as never
}

const places: (keyof Broken)[] = ['guard', 'assign', 'member', 'delay', 'input', 'schema']
describe.each(places)('a flow of which the %s', (place) => {
  it.each(ways)('%s refuses the event, tells the operator, and keeps what is typed', async (_, broken) => {
    const { engine, errors, store } = rig({ flow: flowWith({ [place]: broken }) })
    const someone = person(engine)
    await expect(someone.send('go')).rejects.toEqual(flowFailed)
    expect(errors).toEqual([flowFailed])
    expect(store.calls).not.toContain('commit')
    const draft = { opId: 'operation-1', step: 'a', values: { text: 'typed' } }
    const reply = await engine.saveDraft('checkout', someone.caller, draft)
    expect(reply.view).toMatchObject({ value: 'a', drafts: { a: { values: { text: 'typed' } } } })
  })
})

describe.each(['context', 'view'] as const)('a flow of which the %s', (place) => {
  it.each(ways)('%s refuses everybody, stores nothing, and tells the operator', async (_, broken) => {
    const { engine, errors, store } = rig({ flow: flowWith({ [place]: broken }) })
    const someone = person(engine)
    await expect(engine.read('checkout', undefined)).rejects.toEqual(flowFailed)
    await expect(someone.send('go')).rejects.toEqual(flowFailed)
    expect(errors).toEqual([flowFailed, flowFailed])
    expect(store.calls).not.toContain('commit')
  })
})

it('a view that fails at a new state keeps the person where they are', async () => {
  let fails = false
  const view = () => {
    if (fails) throw fault
    return {}
  }
  const { engine } = rig({ flow: flowWith({ view }) })
  const someone = person(engine)
  await engine.saveDraft('checkout', someone.caller, { opId: 'operation-1', step: 'a', values: { text: 'typed' } })
  fails = true
  await expect(someone.send('go')).rejects.toEqual(flowFailed)
  fails = false
  expect(await someone.send('go')).toMatchObject({ outcome: 'applied', created: { id: expect.any(String) } })
})

it('a delay that is not a number, and a machine that never comes to rest, are faults of the flow', async () => {
  const delayed = rig({ flow: flowWith({ delay: () => Number.NaN }) })
  await expect(person(delayed.engine).send('go')).rejects.toEqual(flowFailed)
  const machine = setup({ types: { events: {} as { type: 'go' } } }).createMachine({
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
  })
  const looping = defineFlow({ id: 'checkout', version: 1, machine, events: { go: z.object({}) } })
  const { engine, errors } = rig({ flow: looping as never })
  await expect(person(engine).send('go')).rejects.toEqual(flowFailed)
  expect(errors).toEqual([flowFailed])
})

it('promises that somebody forgot to await, anywhere in the data, end no process', async () => {
  const promised = () => ({ inner: [Promise.reject(fault)] })
  for (const place of ['assign', 'member', 'input'] as const) {
    const { engine, errors } = rig({ flow: flowWith({ [place]: promised }) })
    await expect(person(engine).send('go'), place).rejects.toMatchObject({ code: 'not_serializable' })
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('an instance of Promise at') })])
  }
  const shown = rig({ flow: flowWith({ view: promised }) })
  expect(await person(shown.engine).send('go')).toMatchObject({ outcome: 'applied' })
  const sent = await person(shown.engine).send('typed', { text: promised() })
  expect(sent).toMatchObject({ outcome: 'rejected', code: 'invalid_event' })
})

/** An object that would be 2^60 once it is written out, and one that contains itself. */
function endless(): [string, () => unknown][] {
  let shared: unknown = 'leaf'
  for (let level = 0; level < 60; level++) shared = { one: shared, other: shared }
  const circle: Record<string, unknown> = {}
  Object.assign(circle, { one: circle, other: circle })
  return [
    ['shares its parts', () => ({ made: shared })],
    ['contains itself', () => ({ made: circle })],
  ]
}

describe.each(endless())('data that %s', (_, made) => {
  it('is refused wherever it comes from, and holds up nobody', { timeout: 60_000 }, async () => {
    const unkept = { code: expect.stringMatching(/^(too_large|not_serializable)$/) }
    for (const place of ['assign', 'member', 'input', 'context'] as const) {
      const { engine, store } = rig({ flow: flowWith({ [place]: made }) })
      await expect(person(engine).send('go'), place).rejects.toMatchObject(unkept)
      expect(store.calls).not.toContain('commit')
    }
    const begun = rig({ flow: flowWith({ context: made, view: (context: unknown) => context } as never) })
    await expect(person(begun.engine).read()).rejects.toEqual(flowFailed)
    const shown = rig({ flow: flowWith({ view: made }) })
    await expect(person(shown.engine).send('go')).rejects.toEqual(flowFailed)
    expect(shown.store.calls).not.toContain('commit')
    const { engine } = rig({ flow: flowWith({}) })
    const someone = person(engine)
    const invalid = { outcome: 'rejected', code: 'invalid_event' }
    expect(await someone.send('typed', { text: made() })).toMatchObject(invalid)
    const draft = { opId: 'operation-1', step: 'a', values: { text: made() } }
    expect(await engine.saveDraft('checkout', someone.caller, draft)).toMatchObject(invalid)
  })
})

it('an instance of a class in a context that a factory made is refused with its path', async () => {
  const { engine } = rig({ flow: flowWith({ context: () => ({ link: new URL('https://example.org') }) }) })
  await expect(person(engine).send('go')).rejects.toMatchObject({
    code: 'not_serializable',
    message: 'cannot store an instance of URL at snapshot.context.link',
  })
})

it('a transform of zod that throws has its error as the cause', async () => {
  const schema = z.object({ url: z.string().transform((text) => new URL(text).host) })
  const { engine, errors } = rig({ flow: flowWith({ schema: schema['~standard'].validate as never }) })
  const someone = person(engine)
  await expect(someone.send('go', { url: 'no address' })).rejects.toEqual(flowFailed)
  expect(errors).toEqual([expect.objectContaining({ cause: expect.objectContaining({ code: 'ERR_INVALID_URL' }) })])
  expect(await someone.send('go', { url: 'https://example.org' })).toMatchObject({ outcome: 'applied' })
})

it('a schema that rejects late still has its error as the cause, once it is known', async () => {
  const schema = () => new Promise((_, reject) => setTimeout(() => reject(fault), 5))
  const { engine, errors } = rig({ flow: flowWith({ schema }) })
  await expect(person(engine).send('go')).rejects.toEqual(flowFailed)
  await eventually(() => expect(errors).toEqual([expect.objectContaining({ cause: fault })]))
})

it('a draft is kept although the schema that should check it fails, and the operator is told', async () => {
  for (const [, schema] of ways) {
    const { engine, errors } = rig({ flow: flowWith({ schema }) })
    const someone = person(engine)
    const draft = { opId: 'operation-1', step: 'a', values: { text: 'typed' }, type: 'go' }
    const reply = await engine.saveDraft('checkout', someone.caller, draft)
    expect(reply).toMatchObject({ outcome: 'applied', view: { drafts: { a: { values: { text: 'typed' } } } } })
    expect(errors).toEqual([flowFailed])
  }
})

it('a form whose event fails keeps its fields as a draft, and leads back to where they were typed', async () => {
  const { engine, errors } = rig({ flow: flowWith({ assign: ways[0]?.[1] as never }) })
  const request = { opId: 'operation-1', step: 'a', event: { type: 'go', text: 'typed' } }
  const form = await engine.sendForm('checkout', person(engine).caller, { request, values: { text: 'typed' } })
  expect(form).toMatchObject({ path: 'a', problem: 'flow_failed', replies: [{ created: { id: expect.any(String) } }] })
  expect(form.replies[0]?.view.drafts).toMatchObject({ a: { values: { text: 'typed' } } })
  expect(errors).toEqual([flowFailed])
})

describe('a listener', () => {
  const emitting = () => {
    const machine = setup({
      types: { events: {} as { type: 'go' }, emitted: {} as { type: 'gone' } },
    }).createMachine({ on: { go: { actions: [emit({ type: 'gone' }), () => Promise.reject(fault)] } } })
    return defineFlow({ id: 'checkout', version: 1, machine, events: { go: z.object({}) } }) as never
  }

  it.each(ways.slice(0, 2))('of emitted events that %s is reported; so is an action', async (_, onEmit) => {
    const { engine, errors } = rig({ flow: emitting(), onEmit })
    expect(await person(engine).send('go')).toMatchObject({ outcome: 'applied' })
    await eventually(() => expect(errors).toEqual([fault, fault]))
  })

  it.each(ways)('of errors that %s changes nothing', async (_, onError) => {
    const { engine } = rig({ flow: emitting(), onEmit: () => Promise.reject(fault), onError })
    expect(await person(engine).send('go')).toMatchObject({ outcome: 'applied' })
  })

  it.each(ways)('of errors that %s does not end a worker', async (_, onError) => {
    let claims = 0
    const claimDue = async () => {
      claims++
      throw fault
    }
    const { engine } = rig({ store: watch(memoryStore(), () => ({ claimDue })) })
    const worker = startWorker({ engine, idleMs: 1, onError })
    await eventually(() => expect(claims).toBeGreaterThan(2))
    await worker.stop()
  })

  it.each(ways.slice(0, 2))('of positions that %s is reported, and watches on', async (_, fails) => {
    const { engine, errors } = rig()
    const someone = await atReview(engine)
    let heard = 0
    const watching = await engine.watch('checkout', someone.caller, () => {
      heard++
      return fails() as never
    })
    await someone.send('note.added')
    await eventually(() => expect([heard, errors.length]).toEqual([2, 2]))
    watching.stop()
  })

  it('is told, whatever it returns', () => {
    const report = vi.fn()
    for (const answer of [undefined, 1, 'text', null, {}, Promise.resolve()]) tell(() => answer, report)
    expect(report).not.toHaveBeenCalled()
    expect(quiet(() => 1)(fault)).toBeUndefined()
  })
})

it('a driver that throws at once, in any of its calls, is a store that failed', async () => {
  const names = ['read', 'commit', 'remove', 'now', 'watch'] as const
  for (const name of names) {
    const store: Store = memoryStore()
    let broken = false
    const flaky = {
      ...store,
      [name]: (...args: never[]) => {
        if (broken) throw fault
        return (store[name] as (...args: never[]) => unknown)(...args)
      },
    } as Store
    const { engine } = rig({ store: flaky as never, flow: checkout })
    if (name === 'now') broken = true
    const calls = async () => {
      const someone = await atReview(engine)
      broken = true
      await someone.send('note.added')
      await someone.read()
      const watching = await engine.watch('checkout', someone.caller, () => {})
      watching.stop()
      await engine.destroy('checkout', someone.caller)
    }
    await expect(calls(), name).rejects.toMatchObject({ code: 'store_unavailable', cause: fault })
  }
})
