// A session that takes nearly all the bytes it may is reported, with where they are and without what they say.

import { expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import type { DogearError } from '../../errors.ts'
import { defineFlow, type Flow } from '../../flow/define.ts'
import { reference } from '../../flow/form/reference.ts'
import { person, rig } from '../harness.fixture.ts'

const maxBytes = 10_000

type Item = { photo: string; kept: string }
type Context = { items: Item[]; answers: Record<string, string>; count: number }

const machine = setup({
  types: {
    context: {} as Context,
    events: {} as { type: 'add'; photo: string; kept: string } | { type: 'answer'; to: string; text: string },
  },
}).createMachine({
  id: 'album',
  initial: 'open',
  context: { items: [], answers: {}, count: 0 },
  on: {
    add: {
      actions: assign(({ context, event: { photo, kept } }) => ({
        items: [...context.items, { photo, kept }],
        count: context.count + 1,
      })),
    },
    answer: {
      actions: assign(({ context, event }) => ({ answers: { ...context.answers, [event.to]: event.text } })),
    },
  },
  states: { open: { meta: { step: { path: 'open', title: 'Your album' } } } },
})

const text = z.string()
const album = (kept: z.ZodType<string> = text): Flow =>
  defineFlow({
    id: 'checkout',
    version: 1,
    machine,
    events: { add: z.object({ photo: text, kept: text }), answer: z.object({ to: text, text }) },
    context: z.object({
      items: z.array(z.object({ photo: text, kept })),
      answers: z.record(text, text),
      count: z.number(),
    }),
    maxBytes,
  }) as unknown as Flow

function lab(flow: Flow = album()) {
  const { engine, errors } = rig({ flow: flow as never })
  const someone = person(engine)
  const told = () => errors.splice(0).map((error) => `${(error as DogearError).code}: ${(error as Error).message}`)
  return { someone, told, errors }
}

it('says nothing of a session that has a fifth of its bytes left', async () => {
  const { someone, told } = lab()
  await someone.send('add', { photo: 'x'.repeat(7_000), kept: '' })
  expect(told()).toEqual([])
})

it('names the largest members by their paths, lists as one, and nothing that they hold', async () => {
  const { someone, told, errors } = lab()
  await someone.send('answer', { to: 'ada', text: 'y'.repeat(2_000) })
  await someone.send('add', { photo: 'x'.repeat(3_500), kept: '' })
  await someone.send('add', { photo: 'x'.repeat(3_500), kept: '' })
  expect((errors[0] as DogearError).reference).toMatch(/^[\w-]{10,}$/)
  const [message, ...more] = told()
  expect(more).toEqual([])
  expect(message).toMatch(
    /^nearly_too_large: a session of flow "checkout" takes 9\d{3} of the 10000 bytes it may; most are in (.*)$/,
  )
  expect(message).toContain('most are in context.items[].photo (about 7002), context.answers[] (about 2001)')
  expect(message).not.toMatch(/xx|yy|ada|example/)
})

it('says it once, and again when the session has grown by a twentieth more', async () => {
  const { someone, told } = lab()
  await someone.send('add', { photo: 'x'.repeat(8_000), kept: '' })
  expect(told()).toHaveLength(1)
  for (let turn = 0; turn < 5; turn++) await someone.send('add', { photo: 'x', kept: '' })
  expect(told()).toEqual([])
  await someone.send('add', { photo: 'x'.repeat(600), kept: '' })
  expect(told()).toHaveLength(1)
})

it('names no member that the schema marks as a reference', async () => {
  const { someone, told } = lab(album(reference(text)))
  for (let item = 0; item < 5; item++) await someone.send('add', { photo: 'x'.repeat(200), kept: 'k'.repeat(1_500) })
  expect(told().join()).toMatch(/most are in context\.items\[\]\.photo \(about 1005\)/)
})
