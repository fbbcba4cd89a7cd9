// Data that cannot be kept as it came: each caller gets a typed answer, the operator a report, and no text is lost.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import { tagOf } from './access.ts'
import { eventually, person, rig, watch } from './harness.fixture.ts'

/** A flow that makes `text` of every note; after an hour, and from the result of an effect, too. */
function notes(text: (note: string) => unknown): Flow {
  const machine = setup({
    types: { context: {} as { text: unknown }, events: {} as { type: 'note'; note: string } | { type: 'ask' } },
    actors: { answer: fromEffect(async () => 'a \u{1f600}') },
    delays: { hour: 3_600_000 },
  }).createMachine({
    context: { text: '' },
    initial: 'page',
    on: { note: { actions: assign({ text: ({ event }) => text(event.note) }) }, ask: '.asking' },
    states: {
      page: {
        id: 'page',
        meta: { step: { path: 'page', title: 'Page' } },
        after: { hour: { target: 'later', actions: assign({ text: () => text('\u{1f600}') }) } },
      },
      later: {},
      asking: {
        invoke: {
          id: 'answer',
          src: 'answer',
          onDone: { target: 'later', actions: assign({ text: ({ event }) => text(String(event.output)) }) },
          onError: {
            target: 'later',
            actions: assign({ text: ({ event }) => String((event.error as Error).message) }),
          },
        },
      },
    },
  })
  const events = { note: z.object({ note: z.string() }), ask: z.object({}) }
  return defineFlow({ id: 'checkout', version: 1, machine, events }) as unknown as Flow
}

describe('text that the flow cuts in half', () => {
  const half = notes((note) => note.slice(0, -1))

  it('is kept, mended, and reported; the next event finds what a reader sees', async () => {
    const { engine, errors } = rig({ flow: half as never })
    const someone = person(engine)
    expect(await someone.send('note', { note: 'hi \u{1f600}' })).toMatchObject({ outcome: 'applied' })
    expect((await someone.read()).context).toEqual({ text: 'hi \ufffd' })
    expect(errors).toMatchObject([{ code: 'flow_failed', reference: tagOf(someone.caller.credential?.id ?? '') }])
    expect(await someone.send('note', { note: 'whole' })).toMatchObject({ outcome: 'applied' })
    expect((await someone.read()).context).toEqual({ text: 'whol' })
    expect(errors).toHaveLength(1)
  })

  it('is kept when a timer does it', async () => {
    let now = Date.UTC(2026, 0, 1)
    const clock = () => now
    const store = watch(memoryStore({ clock }))
    const { engine } = rig({ flow: half as never, store, clock })
    const someone = person(engine)
    await someone.send('note', { note: 'some' })
    now += 3_600_000
    const [due] = await store.claimDue(1, 1)
    await engine.wake(due?.id ?? '', due?.dueAt ?? 0)
    expect(await someone.read()).toMatchObject({ value: 'later', context: { text: '\ufffd' }, timers: [] })
  })

  it('is an error for the machine when it comes of the result of an effect', async () => {
    const { engine } = rig({ flow: half as never })
    const someone = person(engine)
    await someone.send('ask')
    await eventually(async () => expect((await someone.read()).value).toBe('later'))
    expect((await someone.read()).context).toMatchObject({ text: expect.stringContaining('lone surrogate') })
  })
})

it('a context that grows too large is refused and reported with the session; a draft that is one is not', async () => {
  const { engine, errors } = rig({ flow: notes((note) => note.repeat(50_000)) as never })
  const someone = person(engine)
  await someone.send('note', { note: '' })
  await expect(someone.send('note', { note: 'xx' })).rejects.toMatchObject({ code: 'too_large' })
  expect(errors).toMatchObject([{ code: 'too_large', reference: tagOf(someone.caller.credential?.id ?? '') }])
  const draft = { opId: 'typing-1', step: 'page', values: { text: 'x'.repeat(60_000) } }
  await expect(engine.saveDraft('checkout', someone.caller, draft)).rejects.toMatchObject({ code: 'too_large' })
  expect(errors).toHaveLength(1)
})

describe('a payload that throws when it is read', () => {
  const bad = (after: number): object => {
    let reads = 0
    const get = () => {
      if (reads++ >= after) throw new Error('no')
      return 'x'
    }
    return Object.defineProperty({ type: 'note' }, 'note', { get, enumerable: true })
  }

  it.each([0, 1, 2, 3, 4, 5, 6])(
    'is refused or taken, after %i reads, and no error of its own gets out',
    async (after) => {
      const { engine } = rig({ flow: notes((note) => note) as never })
      const someone = person(engine)
      const codes = ['applied', 'invalid_event']
      for (const turn of ['the first event', 'a later one']) {
        const request = { opId: `operation-${after}-${turn}`, event: bad(after) as { type: string } }
        const reply = await engine.send('checkout', someone.caller, request)
        expect(codes).toContain(reply.outcome === 'rejected' ? reply.code : reply.outcome)
        if (reply.created) someone.caller.credential = reply.created
        await someone.send('note', { note: 'fine' })
      }
    },
  )

  it('is refused as a draft', async () => {
    const { engine } = rig({ flow: notes((note) => note) as never })
    const values = bad(0) as Record<string, unknown>
    const reply = await engine.saveDraft('checkout', person(engine).caller, { opId: 'typing-1', step: 'page', values })
    expect(reply).toMatchObject({ outcome: 'rejected', code: 'invalid_event' })
  })
})

describe('a form without JavaScript that is larger than a draft may be', () => {
  const send = async (flow: Flow, type: string, values: Record<string, unknown>) => {
    const { engine } = rig({ flow: flow as never })
    const someone = person(engine)
    const request = { opId: 'form-1234', step: 'page', event: { type, ...values } }
    const reply = await engine.sendForm('checkout', someone.caller, { request, values })
    for (const { created } of reply.replies) if (created) someone.caller.credential = created
    return { reply, view: await someone.read() }
  }
  const tooLong = { message: 'This is too long to be kept. Please shorten it.' }

  it('is kept as far as it fits, if it was refused; its page says of the rest that it is not there', async () => {
    const values = { note: '', name: 'Ada', essay: 'x'.repeat(40_000), city: 'Turin' }
    const refusing = { ...notes(() => ''), events: { note: z.object({ note: z.number('No number') }) } } as never
    const { reply, view } = await send(refusing, 'note', values)
    expect(reply).toMatchObject({ path: 'page', problem: 'invalid_event' })
    expect(view.drafts.page).toMatchObject({
      values: { note: '', name: 'Ada', city: 'Turin' },
      issues: [
        { path: ['note'], message: 'No number' },
        { path: ['essay'], ...tooLong },
      ],
    })
    expect(view.drafts.page?.values).not.toHaveProperty('essay')
  })

  it('is kept as far as it fits, if the session could not hold it', async () => {
    const { reply, view } = await send(
      notes((note) => note),
      'note',
      { note: 'x'.repeat(70_000), name: 'Ada' },
    )
    expect(reply).toMatchObject({ path: 'page', problem: 'too_large' })
    expect(view.drafts.page).toMatchObject({ values: { name: 'Ada' }, issues: [{ path: ['note'], ...tooLong }] })
  })

  it('of many long fields loses no more than it has to', async () => {
    const fields = Array.from({ length: 20 }, (_, index) => [`field${index}`, 'x'.repeat(1_000 * (index + 1))])
    const refusing = { ...notes(() => ''), events: { note: z.object({ note: z.number() }) } } as never
    const { view } = await send(refusing, 'note', Object.fromEntries(fields))
    const kept = Object.values(view.drafts.page?.values ?? {}).join('').length
    expect(kept).toBeLessThanOrEqual(32_768)
    expect(kept).toBeGreaterThan(20_000)
    const left = view.drafts.page?.issues.filter(({ message }) => message === tooLong.message) ?? []
    expect(left.length + Object.keys(view.drafts.page?.values ?? {}).length).toBe(20)
  })
})
