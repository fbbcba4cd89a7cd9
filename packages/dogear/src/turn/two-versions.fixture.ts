// A loan application in two versions: with regions, history, timers, effects, a migration between them.

import { assign, cancel, createMachine, raise } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'

const minute = 60_000
type Context = Record<string, unknown>
type Named = { givenName: string; familyName: string }

const page = (id: string, rest: object = {}) => ({ id, meta: { step: { path: id, title: id } }, ...rest })
const after = (...answers: string[]) => ({
  route: { guard: ({ context }: { context: Context }) => answers.every((answer) => context[answer] !== undefined) },
})
const keep = (name: string, from = 'text') => assign(({ event }) => ({ [name]: event[from] }))
const remind = raise({ type: 'reminder.due' }, { id: 'reminder', delay: 'reminder' } as object)
const on = (type: string, target: string, ...actions: unknown[]) => ({ [type]: { target, actions } })

const actors = { assess: fromEffect(async () => 1), sign: fromEffect(async () => 'signed') }
const delays = { offerHold: 30 * minute, uploadHold: 30 * minute, reminder: 2_880 * minute }

/**
 * The machine of either version. `hold` is the delay of an upload, `papers` the states beside it, `signing` the id of
 * its effect.
 */
function machineOf(names: {
  first: object
  papers: string
  identity: object
  hold: string
  income: object
  signing: string
}) {
  const { first, papers, identity, hold, income, signing } = names
  const upload = {
    initial: 'idle',
    states: {
      idle: { on: on('upload.started', 'running') },
      running: { after: { [hold]: 'idle' }, on: on('upload.ended', 'idle') },
    },
  }
  const states = {
    ...first,
    form: {
      initial: 'address',
      states: {
        address: page('address', { ...after('familyName'), on: on('address.given', papers, keep('address')) }),
        [papers]: {
          type: 'parallel',
          states: { identity: { initial: 'document', states: { ...identity, checked: { type: 'final' } } }, upload },
          on: on('papers.done', '#income'),
        },
        back: { type: 'history', history: 'deep' },
      },
      on: { ...on('application.paused', 'paused'), 'reminder.due': { actions: assign({ reminded: true }) } },
    },
    paused: page('paused', { on: on('application.resumed', 'form.back') }),
    ...income,
    assessing: page('assessing', {
      invoke: {
        id: 'assess',
        src: 'assess',
        input: ({ context }: { context: Context }) => ({ income: context.income }),
        onDone: { target: 'offer', actions: keep('offer', 'output') },
        onError: 'refused',
      },
    }),
    refused: page('refused', { on: on('application.retried', 'income') }),
    offer: page('offer', {
      ...after('offer'),
      after: { offerHold: 'expired' },
      on: on('offer.accepted', 'signing', cancel('reminder')),
    }),
    expired: page('expired', { on: on('application.retried', 'income') }),
    signing: page('signing', { invoke: { id: signing, src: 'sign', onDone: 'done', onError: 'offer' } }),
    done: page('done', { type: 'final' }),
  }
  const initial = Object.keys(first)[0]
  return createMachine({ id: 'application', initial, context: {}, states } as never, { actors, delays } as never)
}

const text = z.object({ text: z.string().min(1) })
const nothing = z.object({})
const events = {
  'address.given': text,
  'document.given': text,
  'document.confirmed': nothing,
  'papers.done': nothing,
  'upload.started': nothing,
  'upload.ended': nothing,
  'income.given': z.object({ amount: z.number() }),
  'offer.accepted': nothing,
  'application.paused': nothing,
  'application.resumed': nothing,
  'application.retried': nothing,
}
const document = (next: string) => page('document', { on: on('document.given', next, keep('identity')) })
const shown = page('shown', { on: on('document.confirmed', 'checked') })
const split = (name: string): Named => {
  const [givenName = '', ...others] = name.split(' ')
  return { givenName, familyName: others.join(' ') }
}

/** Version 1: a name, an address, a document beside an upload, an income, a VAT number, the offer. */
export const firstApplication: Flow = defineFlow({
  id: 'application',
  version: 1,
  machine: machineOf({
    first: {
      name: page('name', {
        route: {},
        on: on(
          'name.given',
          'form',
          assign(({ event }) => ({ name: event.text, familyName: event.text })),
          remind,
        ),
      }),
    },
    papers: 'papers',
    identity: { document: document('shown'), shown },
    hold: 'offerHold',
    income: {
      income: page('income', { ...after('address'), on: on('income.given', 'vat', keep('income', 'amount')) }),
      vat: page('vat', { ...after('income'), on: on('vat.given', 'assessing', keep('vat')) }),
    },
    signing: 'sign',
  }) as never,
  events: { ...events, 'name.given': text, 'vat.given': text } as never,
}) as Flow

/** `from` by `to` wherever it is the key of a state. */
const renamed = (value: unknown, names: Readonly<Record<string, string>>): unknown => {
  if (typeof value === 'string') return names[value] ?? value
  return Object.fromEntries(
    Object.entries(value as object).map(([key, inner]) => [names[key] ?? key, renamed(inner, names)]),
  )
}
const inIds = (id: string): string => id.replace('.papers', '.evidence')

/**
 * Version 2: the name is two names, a consent comes after it, a document has a reverse, nobody is asked for a VAT
 * number; the papers are evidence now, the delay of an upload and the effect of signing have names of their own.
 */
export const secondApplication: Flow = defineFlow({
  id: 'application',
  version: 2,
  machine: machineOf({
    first: {
      person: page('person', {
        route: {},
        on: on('person.named', 'consent', keep('givenName', 'givenName'), keep('familyName', 'familyName'), remind),
      }),
      consent: page('consent', { ...after('familyName'), on: on('consent.given', 'form', assign({ consent: true })) }),
    },
    papers: 'evidence',
    identity: { document: document('reverse'), reverse: page('reverse', { on: on('reverse.given', 'shown') }), shown },
    hold: 'uploadHold',
    income: {
      income: page('income', {
        ...after('address', 'consent'),
        on: on('income.given', 'assessing', keep('income', 'amount')),
      }),
    },
    signing: 'signature',
  }) as never,
  events: {
    ...events,
    'person.named': z.object({ givenName: z.string(), familyName: z.string() }),
    'consent.given': nothing,
    'reverse.given': nothing,
  } as never,
  context: z.looseObject({
    givenName: z.string().optional(),
    familyName: z.string().optional(),
    name: z.undefined().optional(),
  }),
  migrations: {
    1: {
      from: z.looseObject({ name: z.string().optional() }),
      steps: { name: 'person' },
      draft: ({ step, values }) =>
        step === 'name' && typeof values.text === 'string' ? { values: split(values.text) } : undefined,
      migrate: ({ value, context: { name, ...context }, historyValue, timers, effects }) => ({
        value: renamed(value, { name: 'person', papers: 'evidence' }),
        context: { ...context, ...(name === undefined ? {} : split(name)) },
        historyValue:
          historyValue && JSON.parse(JSON.stringify(historyValue, (key, id) => (key === 'id' ? inIds(id) : id))),
        timers: timers.map((timer) => {
          const id = inIds(timer.id).replace(/offerHold(.*upload)/, 'uploadHold$1')
          return id === timer.id ? timer : { ...timer, id, event: { type: id } }
        }),
        effects: effects.map((effect) => (effect.id === 'sign' ? { ...effect, id: 'signature' } : effect)),
      }),
    },
  },
  lifts: { 1: { 'name.given': ({ text: name }) => ({ type: 'person.named', ...split(name) }) } },
}) as Flow
