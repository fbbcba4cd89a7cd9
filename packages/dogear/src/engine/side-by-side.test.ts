// Parallel regions that have steps at once: both are open, and a person is at the one they were at last.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import { stepFor } from '../http/step-page.ts'
import { memoryStore } from '../store/memory.ts'
import type { View } from '../wire.ts'
import { createEngine } from './engine.ts'
import { mint } from './harness.fixture.ts'

const step = (path: string) => ({ id: path, route: {}, meta: { step: { path, title: path } } })
const stay = { actions: 'stay' } as const
const machine = setup({ actions: { stay: assign({}) }, delays: { later: 60_000 } }).createMachine({
  id: 'move',
  initial: 'form',
  context: {},
  states: {
    form: {
      type: 'parallel',
      states: {
        papers: {
          initial: 'passport',
          states: {
            passport: { ...step('passport'), on: { 'passport.given': 'photo', 'passport.looked': stay } },
            photo: { ...step('photo'), on: { 'photo.given': 'complete' } },
            complete: { type: 'final' },
          },
        },
        home: {
          initial: 'address',
          states: {
            address: { ...step('address'), after: { later: 'landlord' }, on: { 'address.given': 'landlord' } },
            landlord: { ...step('landlord'), on: { 'landlord.given': 'complete' } },
            complete: { type: 'final' },
          },
        },
        help: {
          initial: 'closed',
          states: {
            closed: { on: { 'help.opened': 'open' } },
            open: { ...step('help'), on: { 'help.closed': 'closed' } },
          },
        },
      },
      on: { sent: 'done' },
    },
    done: { type: 'final', ...step('done') },
  },
})

const types = ['passport.given', 'passport.looked', 'photo.given', 'address.given', 'landlord.given']
const events = Object.fromEntries([...types, 'help.opened', 'help.closed', 'sent'].map((type) => [type, z.object({})]))
const flow = defineFlow({ id: 'move', version: 1, machine, events } as never)

async function begun() {
  const time = { now: Date.UTC(2026, 0, 1) }
  const clock = () => time.now
  const make = () => createEngine({ store, flows: [flow], clock })
  const store = memoryStore({ clock })
  const engine = make()
  const caller = { credential: undefined as ReturnType<typeof mint> | undefined, mint }
  let operations = 0
  const shown = ({ steps, step: current }: View) => [current, ...steps.filter((one) => one.open).map(({ id }) => id)]
  return {
    time,
    async send(type: string, from: string, by = caller) {
      const { epoch, revision, mark } = (await engine.read('move', by)) as View
      const opId = `operation-${++operations}`
      const place = { step: from, position: { epoch, revision, mark } }
      const reply = await engine.send('move', by, { opId, event: { type }, ...place })
      if (reply.created) by.credential = reply.created
      return [reply.outcome, ...shown(reply.view as View)]
    },
    draft: (at: string) =>
      engine.saveDraft('move', caller, { opId: `draft-${++operations}`, step: at, values: { a: at } }),
    /** As another process reads it. */
    read: async () => shown((await make().read('move', caller)) as View),
    view: async () => (await make().read('move', caller)) as View,
  }
}

describe('two regions with steps at once', () => {
  it('are both listed and both open', async () => {
    const { view } = await begun()
    const { steps } = await view()
    expect(steps.map(({ id, state, open }) => [id, state, open])).toEqual([
      ['passport', 'current', undefined],
      ['address', 'todo', true],
      ['done', 'todo', undefined],
    ])
    expect(stepFor({ steps }, 'address')).toMatchObject({ step: { id: 'address' } })
  })

  it('keep the person in the one they answer, and show what the answer opens', async () => {
    const { send, read } = await begun()
    expect(await send('passport.given', 'passport')).toEqual(['applied', 'photo', 'address'])
    expect(await read()).toEqual(['photo', 'address'])
    expect(await send('photo.given', 'photo')).toEqual(['applied', 'address'])
    expect(await send('address.given', 'address')).toEqual(['applied', 'landlord'])
  })

  it('keep the person where an answer leads nowhere, and where they type', async () => {
    const { send, draft, read } = await begun()
    expect(await send('passport.looked', 'passport')).toEqual(['applied', 'passport', 'address'])
    await draft('address')
    expect(await read()).toEqual(['address', 'passport'])
    await draft('passport')
    expect(await read()).toEqual(['passport', 'address'])
  })

  it('show a page that is opened beside the form, and lead back where the person was', async () => {
    const { send } = await begun()
    await send('passport.looked', 'passport')
    expect(await send('help.opened', 'passport')).toEqual(['applied', 'help', 'passport', 'address'])
    expect(await send('help.closed', 'help')).toContain('applied')
  })

  it('leave the person where they are when a timer moves the other one on', async () => {
    const { send, read, time } = await begun()
    await send('passport.looked', 'passport')
    time.now += 61_000
    expect(await read()).toEqual(['passport', 'landlord'])
    expect(await send('passport.given', 'passport')).toEqual(['applied', 'photo', 'landlord'])
  })

  it('take an answer to the one that is not current from a page that has seen an older position', async () => {
    const { send, view, draft } = await begun()
    await send('passport.looked', 'passport')
    await draft('address')
    expect((await view()).step).toBe('address')
    expect(await send('passport.given', 'passport')).toEqual(['applied', 'photo', 'address'])
  })
})
