// A form without JavaScript at which the flow's own code fails: it leads back to where it was typed, with its values.

import { expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { hash, person, rig } from './harness.fixture.ts'

const step = (path: string) => ({ id: path, meta: { step: { path, title: path } } })

/** Two pages, of which the second one's event makes `text` of its note. */
const pages = (text: (note: string) => unknown): Flow =>
  defineFlow({
    ...{ id: 'checkout', version: 1, maxBytes: 8_000 },
    events: { begun: z.object({}), noted: z.object({ note: z.string() }) },
    machine: setup({
      types: { context: {} as { text: unknown }, events: {} as { type: 'begun' } | { type: 'noted'; note: string } },
    }).createMachine({
      id: 'checkout',
      context: { text: null },
      initial: 'first',
      states: {
        first: { ...step('first'), route: {}, on: { begun: 'second' } },
        second: { ...step('second'), on: { noted: { actions: assign({ text: ({ event }) => text(event.note) }) } } },
      },
    }),
  }) as unknown as Flow

it.each<[string, string, (note: string) => unknown]>([
  ['throws', 'flow_failed', () => JSON.parse('{')],
  ['makes what cannot be kept', 'not_serializable', () => () => {}],
  ['makes more than can be kept', 'too_large', (note) => note.repeat(9_000)],
])('keeps what was typed at its own step where the flow %s', async (_, problem, text) => {
  const { engine } = rig({ flow: pages(text) as never })
  const someone = person(engine)
  await someone.send('begun')
  const values = { note: 'typed', box: 'on' }
  const request = { opId: hash(), step: 'second', event: { type: 'noted', note: 'typed' } }
  const reply = await engine.sendForm('checkout', someone.caller, { request, values })
  expect(reply).toMatchObject({ path: 'second', problem, replies: [{ outcome: 'applied' }] })
  expect((await someone.read()).drafts.second).toMatchObject({ form: 'noted', values, whole: true })
})

it('fails as its event does where nobody knows the step it was typed at', async () => {
  const { engine } = rig({ flow: pages(() => JSON.parse('{')) as never })
  const someone = person(engine)
  await someone.send('begun')
  const before = await someone.read()
  const request = { opId: hash(), event: { type: 'noted', note: 'typed' } }
  const sent = engine.sendForm('checkout', someone.caller, { request, values: { note: 'typed' } })
  await expect(sent).rejects.toMatchObject({ code: 'flow_failed' })
  expect(await someone.read()).toEqual(before)
})
