// A deploy while people are half-way: their records in the new build, from storage, with every turn they take then.

import { describe, expect, it } from 'vitest'
import { assign, createMachine, emit, raise, spawnChild } from 'xstate'
import { z } from 'zod'
import { msgpackCodec } from '../codec/codec.ts'
import { isDogearError } from '../errors.ts'
import { defineFlow, type Flow } from '../flow/define.ts'
import type { Lifts, Migration, Migrations } from '../flow/evolve/migration.ts'
import { fromEffect } from '../flow/machine.ts'
import { viewOf } from './open.ts'
import type { SessionRecord } from './record.ts'
import { createSession, start } from './session.fixture.ts'
import { dueAt } from './timers.ts'

const minute = 60_000
const text = z.string().min(1)
const page = (id: string, rest: object) => ({ id, meta: { step: { path: id, title: id } }, ...rest })
const has = (name: string) => ({
  route: { guard: ({ context }: { context: Record<string, unknown> }) => context[name] !== undefined },
})
const keep = (name: string) => assign(({ event }) => ({ [name]: event[name] }))

type Build = {
  version: number
  states?: object
  events?: object
  migrations?: Migrations
  lifts?: Lifts
  context?: object
  id?: string
  root?: object
}

/** One build of an order: a name, a card, a last look, the charge. */
function build({
  version,
  states = {},
  events = {},
  migrations = {},
  lifts = {},
  id = 'order',
  root = {},
  context,
}: Build): Flow {
  const machine = createMachine(
    {
      id,
      initial: 'name',
      context: {},
      states: {
        name: page('name', { route: {}, on: { 'name.given': { target: 'card', actions: keep('name') } } }),
        card: page('card', {
          ...has('name'),
          after: { hold: 'expired' },
          on: { 'card.given': { target: 'review', actions: keep('card') } },
        }),
        review: page('review', { ...has('card'), on: { 'order.placed': 'paying' } }),
        paying: page('paying', { invoke: { id: 'charge', src: 'charge', onDone: 'done', onError: 'declined' } }),
        declined: page('declined', {
          on: { 'order.retried': { target: 'card', actions: assign({ card: undefined }) } },
        }),
        expired: page('expired', { on: { 'order.retried': 'name' } }),
        done: { id: 'done', type: 'final', meta: { step: { path: 'done', title: 'done' } } },
        ...states,
      },
      ...root,
    } as never,
    {
      actors: { charge: fromEffect(async () => 'receipt') },
      delays: { hold: 15 * minute, longHold: 30 * minute },
    } as never,
  )
  const schemas = {
    'name.given': z.object({ name: text }),
    'card.given': z.object({ card: text }),
    'order.placed': z.object({}),
    'order.retried': z.object({}),
    ...events,
  }
  return defineFlow({
    id: 'order',
    version,
    machine,
    events: schemas as never,
    migrations,
    lifts,
    ...(context ? { context: context as never } : {}),
  }) as unknown as Flow
}

const first = build({ version: 1 })
const same: Migration = ({ value }) => ({ value })

/** The next build: delivery comes between name and card. */
const withDelivery = (rest: Partial<Build> = {}) =>
  build({
    version: 2,
    migrations: { 1: same },
    ...rest,
    events: { 'delivery.given': z.object({ delivery: text }), ...rest.events },
    states: {
      name: page('name', { route: {}, on: { 'name.given': { target: 'delivery', actions: keep('name') } } }),
      delivery: page('delivery', {
        ...has('name'),
        on: {
          'delivery.given': [
            {
              guard: ({ context }: { context: { card?: string } }) => context.card !== undefined,
              target: 'review',
              actions: keep('delivery'),
            },
            { target: 'card', actions: keep('delivery') },
          ],
        },
      }),
      ...rest.states,
    },
  })

const give = {
  name: { type: 'name.given', name: 'Ada' },
  card: { type: 'card.given', card: 'tok' },
  delivery: { type: 'delivery.given', delivery: 'express' },
}
const place = { type: 'order.placed' }

/** Somebody under the first build, after these events, taken up by another one through storage. */
function across(
  after: Flow,
  events: { type: string }[],
  prepare: (old: ReturnType<typeof createSession>) => void = () => {},
) {
  const old = createSession(first)
  for (const event of events) expect(old.event(event).outcome.kind).toBe('applied')
  prepare(old)
  const codec = msgpackCodec()
  const session = createSession(after)
  session.record = codec.decode(codec.encode(old.record as SessionRecord))
  const stored = session.record
  return { session, stored, see: () => see(session) }
}
/** The view without a write: an empty draft changes nothing. */
function see(session: ReturnType<typeof createSession>) {
  const before = session.record
  const turn = session.event({ type: 'no such event' })
  expect(session.record).toBe(before)
  return turn.shown && viewOf(turn.shown)
}
const store = (session: ReturnType<typeof createSession>) => {
  const codec = msgpackCodec()
  session.record = codec.decode(codec.encode(session.record as SessionRecord))
}
const refusal = (run: () => unknown) => {
  try {
    return run()
  } catch (error) {
    return isDogearError(error) ? [error.code, error.message] : error
  }
}

describe('a record of an older version', () => {
  it('is shown as migrated and not written, and is written with its next turn', () => {
    const rename: Migration = ({ value, context }) => ({
      value,
      context: { ...context, name: String(context.name).toUpperCase() },
    })
    const { session, stored } = across(build({ version: 2, migrations: { 1: rename } }), [give.name])
    const kept = structuredClone(stored)
    expect(see(session)).toMatchObject({ version: 2, revision: 1, step: 'card', context: { name: 'ADA' } })
    expect(session.record).toEqual(kept)
    expect(session.event(give.card).record).toMatchObject({
      version: 2,
      revision: 2,
      snapshot: { context: { name: 'ADA', card: 'tok' } },
    })
  })

  it('that cannot be migrated stays as it is, and a repaired build picks it up', () => {
    const { session, stored } = across(build({ version: 2, migrations: { 1: () => ({ value: 'nowhere' }) } }), [
      give.name,
    ])
    const kept = structuredClone(stored)
    expect(refusal(() => session.event(give.card))).toEqual([
      'record_unreadable',
      'the session is in the state "nowhere", which flow "order" does not have',
    ])
    expect(session.record).toEqual(kept)
    const repaired = createSession(build({ version: 2, migrations: { 1: same } }))
    repaired.record = stored
    expect(repaired.event(give.card).outcome.kind).toBe('applied')
  })

  it('of a newer version is left alone', () => {
    const session = createSession(build({ version: 2, migrations: { 1: same } }))
    session.event(give.name)
    const back = createSession(first)
    back.record = session.record
    expect(refusal(() => back.event(give.card))).toEqual(['newer_version', expect.anything()])
    expect(back.record).toBe(session.record)
  })

  it('whose history remembers what is not there any more is refused by name, not sent somewhere else', () => {
    const paused = { form: { initial: 'a', states: { a: {}, back: { type: 'history' } } } }
    const history = { 'order.form.back': [{ id: 'order.form.old' }] }
    const { session } = across(
      build({ version: 2, states: paused, migrations: { 1: ({ value }) => ({ value, historyValue: history }) } }),
      [give.name],
    )
    const error = refusal(() => session.event(give.card))
    expect(error).toEqual(['record_unreadable', expect.anything()])
  })

  it('that the migration brought to the end is done', () => {
    const { see } = across(build({ version: 2, migrations: { 1: () => ({ value: 'done' }) } }), [give.name])
    expect(see()).toMatchObject({ status: 'done', step: 'done' })
  })

  it('takes the eventless transitions its new state has open, so that nobody rests where nobody stays', () => {
    const states = { gate: { always: { target: 'card', actions: emit({ type: 'passed' }) } } }
    const { session } = across(build({ version: 2, states, migrations: { 1: () => ({ value: 'gate' }) } }), [give.name])
    const turn = session.event(give.card)
    expect(turn.outcome.kind).toBe('applied')
    expect(turn.after.actions).toMatchObject([{ kind: 'emit', event: { type: 'passed' } }])
  })
})

describe('a page put on the way', () => {
  const beyond = [give.name, give.card]

  it('is where a person goes on, with their answers; then the machine goes its way', () => {
    const { session, see } = across(withDelivery(), beyond)
    expect(see()).toMatchObject({ step: 'delivery', context: { name: 'Ada', card: 'tok' } })
    expect(see()?.steps).toMatchObject([
      { id: 'name', state: 'done' },
      { id: 'delivery', state: 'current' },
      { id: 'review', state: 'todo' },
      { id: 'paying', state: 'todo' },
      { id: 'done', state: 'todo' },
    ])
    expect(session.event(give.delivery).record?.snapshot.value).toBe('review')
    expect(session.event(place).record?.snapshot.value).toBe('paying')
  })

  it('is not skipped by a tab left open further on', () => {
    const { session } = across(withDelivery(), beyond)
    const sent = { step: 'review', position: session.position() }
    expect(session.event(place, sent).outcome).toMatchObject({ reason: 'stale' })
    expect(session.event(give.card, { ...sent, step: 'card' }).outcome).toMatchObject({ reason: 'stale' })
    session.draft('delivery', { delivery: 'exp' })
    expect(session.event(place, { ...sent, position: session.position() }).outcome).toMatchObject({ reason: 'stale' })
    expect(session.event(give.delivery, { step: 'delivery' }).outcome.kind).toBe('applied')
  })

  it('leaves a trail for operators: by which version, from where, to where', () => {
    const { session } = across(withDelivery(), beyond)
    session.event(give.delivery)
    expect(session.record?.trail.slice(-2)).toMatchObject([
      { event: 'version 2', from: 'review', to: 'delivery' },
      { event: 'delivery.given', from: 'delivery', to: 'review' },
    ])
  })

  it('can be gone back to like any other', () => {
    const { session } = across(withDelivery(), beyond)
    session.event(give.delivery)
    const sent = { step: 'delivery', position: session.position() }
    expect(session.event({ ...give.delivery, delivery: 'standard' }, sent).record?.snapshot.context).toMatchObject({
      delivery: 'standard',
    })
  })

  it('does not stop a charge under way; who is declined comes by it afterwards', () => {
    const { session, see } = across(withDelivery(), [...beyond, place])
    expect(see()).toMatchObject({ step: 'paying', pending: ['charge'] })
    session.settle('charge', 1, { ok: false, error: new Error('declined') })
    store(session)
    // The decline is not shown: delivery may be answered right away.
    expect(see()).toMatchObject({ step: 'delivery' })
    session.event(give.delivery)
    expect(session.record?.owing).toBeUndefined()
    store(session)
    expect(see()).toMatchObject({ step: 'review' })
  })

  it('that is closed at first is come by once it opens, and the end is not reached without it', () => {
    const closed = {
      ...has('name'),
      route: { guard: ({ context }: { context: { card?: string } }) => context.card === undefined },
    }
    const { session, see } = across(
      withDelivery({
        states: {
          delivery: page('delivery', {
            ...closed,
            on: { 'delivery.given': { target: 'card', actions: keep('delivery') } },
          }),
        },
      }),
      [...beyond, place],
    )
    session.settle('charge', 1, { ok: false, error: new Error('declined') })
    store(session)
    expect([see()?.step, session.record?.owing]).toEqual(['declined', true])
    session.event({ type: 'order.retried' })
    store(session)
    expect(see()?.step).toBe('delivery')
    session.event(give.delivery)
    store(session)
    expect([see()?.step, session.record?.owing]).toEqual(['card', undefined])
  })

  it('is not asked of who is done', () => {
    const { see } = across(withDelivery(), [...beyond, place], (old) =>
      old.settle('charge', 1, { ok: true, output: 'r' }),
    )
    expect(see()).toMatchObject({ status: 'done', step: 'done' })
  })

  it('is not asked of whom the migration lets stay, or answers for', () => {
    const stay: Migration = { migrate: same as never, resume: 'stay' }
    expect(across(withDelivery({ migrations: { 1: stay } }), beyond).see()?.step).toBe('review')
    const answered: Migration = ({ value, context, visited }) => ({
      value,
      context: { ...context, delivery: 'standard' },
      visited: [...visited, 'delivery'],
    })
    expect(across(withDelivery({ migrations: { 1: answered } }), beyond).see()?.step).toBe('review')
  })
})

describe('a state that is gone', () => {
  const vat = {
    card: page('card', { ...has('name'), on: { 'card.given': { target: 'vat', actions: keep('card') } } }),
    vat: page('vat', { on: { 'order.retried': 'review' } }),
  }
  const old = build({ version: 1, states: vat })
  function fromVat(after: Flow, events: { type: string }[]) {
    const session = createSession(old)
    for (const event of events) session.event(event)
    session.draft('vat', { vat: 'DE1' })
    const next = createSession(after)
    next.record = session.record
    return next
  }

  it('leads to the first page without an answer, and what was typed there is kept but not shown', () => {
    const session = fromVat(build({ version: 2, migrations: { 1: same } }), [give.name, give.card])
    expect(see(session)).toMatchObject({ step: 'review', drafts: {} })
    session.event(place)
    expect(session.record?.drafts).toMatchObject({ vat: { values: { vat: 'DE1' } } })
  })

  it('leads where the migration says, with what was typed there', () => {
    const moved: Migration = {
      migrate: same as never,
      draft: ({ step }) => (step === 'vat' ? { step: 'card' } : undefined),
      resume: ({ value }) => (value === 'vat' ? 'card' : 'first-incomplete'),
    }
    const session = fromVat(build({ version: 2, migrations: { 1: moved } }), [give.name, give.card])
    expect(see(session)).toMatchObject({ step: 'card', drafts: { card: { values: { vat: 'DE1' } } } })
  })
})

it('what was typed into a form stays in it across a deploy; without its event it stays at the step', () => {
  const { session } = across(withDelivery(), [give.name], (old) => {
    old.draft('card', { card: '1' }, { type: 'card.given' })
    old.draft('name', { name: 'Bea' }, { type: 'name.given' })
  })
  session.event(give.delivery)
  expect(session.record?.drafts).toMatchObject({
    card: { values: {}, forms: { 'card.given': { values: { card: '1' } } } },
    name: { values: {}, forms: { 'name.given': { values: { name: 'Bea' } } } },
  })
  const next = build({ version: 3, migrations: { 1: same, 2: same } })
  const without = { ...next, events: { 'name.given': next.events['name.given'] } } as unknown as Flow
  const later = createSession(without)
  later.record = session.record
  later.draft('name', { note: 'Cleo' })
  expect(later.record?.drafts.card).toMatchObject({ values: { card: '1' } })
  expect(later.record?.drafts.card).not.toHaveProperty('forms')
})

describe('timers and effects of a state that was left', () => {
  it('are dropped and reported, and those of the new one start', () => {
    const { session } = across(
      withDelivery({
        states: {
          delivery: page('delivery', {
            route: {},
            after: { longHold: 'expired' },
            on: {
              'note.added': {},
              'delivery.given': { target: 'card', guard: () => false },
              'order.retried': { actions: () => {} },
            },
          }),
        },
      }),
      [give.name],
    )
    const turn = session.event({ type: 'order.retried' }, { now: start + minute })
    expect(turn.after.dropped).toEqual(['xstate.after.hold.card'])
    expect(turn.record?.timers).toMatchObject([{ id: 'xstate.after.longHold.delivery', dueAt: start + 31 * minute }])
  })

  it('of another name go on as the migration says: at the same deadline, under the same key', () => {
    const renamed = build({
      version: 2,
      migrations: {
        1: ({ value, timers, effects }) => ({
          value,
          timers: timers.map((timer) => {
            const id = timer.id.replace('.hold.', '.longHold.')
            return { ...timer, id, event: { type: id } }
          }),
          effects: effects.map((effect) => ({ ...effect, id: 'chargeCard' })),
        }),
      },
      states: {
        card: page('card', {
          ...has('name'),
          after: { longHold: 'expired' },
          on: { 'card.given': { target: 'review', actions: keep('card') } },
        }),
        paying: page('paying', { invoke: { id: 'chargeCard', src: 'charge', onDone: 'done', onError: 'declined' } }),
      },
    })
    const waiting = across(renamed, [give.name])
    expect(waiting.session.wake(start + 14 * minute).after.dropped).toEqual([])
    expect(waiting.session.record?.timers).toMatchObject([
      { id: 'xstate.after.longHold.card', dueAt: start + 15 * minute },
    ])
    expect(waiting.session.wake(start + 15 * minute).record?.snapshot.value).toBe('expired')

    const paying = across(renamed, [give.name, give.card, place])
    // The process that has it goes on running it; nothing is started a second time.
    expect(paying.session.wake(start).after).toEqual({ actions: [], effects: [], dropped: [], failures: [] })
    expect(paying.session.record?.effects).toMatchObject([
      { id: 'chargeCard', effectId: 'session-1.charge.1', attempt: 1 },
    ])
    expect(paying.session.settle('chargeCard', 1, { ok: true, output: 'r' }).record?.snapshot.value).toBe('done')
  })

  it('an action put off is dropped and reported if no state takes its event any more', () => {
    const raising = {
      name: page('name', {
        route: {},
        on: {
          'name.given': {
            target: 'card',
            actions: [
              keep('name'),
              raise({ type: 'order.retried' }, { id: 'heard', delay: 'hold' } as object),
              raise({ type: 'order.forgotten' }, { id: 'unheard', delay: 'hold' } as object),
            ],
          },
        },
      }),
    }
    const session = createSession(build({ version: 1, states: raising, root: { on: { 'order.forgotten': {} } } }))
    session.event(give.name)
    const next = createSession(build({ version: 2, migrations: { 1: same } }))
    next.record = session.record
    const turn = next.event(give.card)
    expect(turn.after.dropped).toEqual(['unheard'])
    expect(turn.record?.timers).toMatchObject([{ id: 'heard' }])
  })

  it('of an action are dropped and reported when the migration brings the session to its end', () => {
    const putOff = raise({ type: 'order.retried' }, { id: 'reminder', delay: 'hold' } as object)
    const raising = {
      name: page('name', {
        route: {},
        on: {
          'name.given': { target: 'card', actions: [keep('name'), putOff, spawnChild('charge', { id: 'spawned' })] },
        },
      }),
    }
    const session = createSession(build({ version: 1, states: raising }))
    session.event(give.name)
    const ended = createSession(build({ version: 2, migrations: { 1: () => ({ value: 'done' }) } }))
    ended.record = session.record
    const turn = ended.wake(start + 20 * minute)
    expect(turn.after).toMatchObject({ dropped: expect.arrayContaining(['reminder', 'spawned']), effects: [] })
    expect(turn.record && dueAt(turn.record)).toBeUndefined()
  })

  it('that nobody renamed are dropped and reported, and armed anew', () => {
    const card = page('card', {
      ...has('name'),
      after: { longHold: 'expired' },
      on: { 'order.retried': { actions: () => {} } },
    })
    const renamed = build({ version: 2, states: { card }, migrations: { 1: same } })
    const turn = across(renamed, [give.name]).session.event({ type: 'order.retried' }, { now: start + minute })
    expect(turn.after.dropped).toEqual(['xstate.after.hold.card'])
    expect(turn.record?.timers).toMatchObject([{ id: 'xstate.after.longHold.card', dueAt: start + 31 * minute }])
  })
})

describe('a tab from before the deploy', () => {
  const split = build({
    version: 2,
    events: { 'name.given': z.object({ givenName: text, familyName: text }) },
    migrations: {
      1: {
        migrate: same as never,
        draft: ({ values: { name, ...rest } }) => ({ values: { ...rest, givenName: name } }),
      },
    },
    lifts: {
      1: {
        'name.given': ({ name }: { name: string }) => {
          const [givenName, ...others] = name.split(' ')
          return { givenName, familyName: others.join(' ') }
        },
      },
    },
    states: {
      name: page('name', {
        route: {},
        on: {
          'name.given': { target: 'card', actions: [keep('givenName'), keep('familyName'), assign({ name: '' })] },
        },
      }),
    },
  })

  it('is understood, and sent again it is the same operation', () => {
    const { session } = across(split, [give.name])
    const sent = { step: 'name', position: session.position(), opId: 'op-of-a-tab' }
    const old = { type: 'name.given', name: 'Ada Lovelace' }
    expect(session.event(old, sent).record?.snapshot.context).toMatchObject({
      givenName: 'Ada',
      familyName: 'Lovelace',
    })
    const record = session.record
    expect(session.event(old, sent).outcome.kind).toBe('duplicate')
    expect(session.record).toBe(record)
  })

  it('that cannot be understood is told what is missing, and nothing changes', () => {
    const { session } = across(split, [give.name])
    const record = session.record
    const turn = session.event({ type: 'name.given', name: 'Ada' }, { step: 'name', position: session.position() })
    expect(turn.outcome).toMatchObject({ reason: 'invalid' })
    expect(session.record).toBe(record)
  })
})

it('an error a build caused says which migration it was, and nothing of the person', () => {
  const broken: Migration = ({ context }) => {
    throw new Error(`cannot read ${context.name}`)
  }
  const { session } = across(build({ version: 2, migrations: { 1: broken } }), [give.name])
  expect(refusal(() => session.event(give.card))).toEqual(['record_unreadable', 'the migration from version 1 failed'])
})
