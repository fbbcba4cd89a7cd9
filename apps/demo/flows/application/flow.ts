// The application for the residency: four sections of questions, a review, and the sending. It holds no secrets.

import { defineFlow, fromEffect, type ViewOf } from 'dogear'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { withoutType } from '../events.ts'
import { applicable, firstMissing, Given, isAnswered, isReachable, type QuestionStep } from './answers.ts'
import { type DocumentKind, documentKinds, mostPeople } from './choices.ts'
import { type ApplicationEvent, applicationEvents, type Person, type Question } from './questions.ts'

const ApplicationContext = Given.extend({
  /** The number in the id of the next person. */
  nextPerson: z.int(),
  /** Documents that were not found any more when the application was sent. */
  lost: z.array(z.enum(documentKinds)),
  reference: z.string().nullable(),
})
type ApplicationContext = z.infer<typeof ApplicationContext>

/** The content that is sent: the answers that count, and the people who come along. */
export type Submission = Pick<Given, 'answers' | 'people'>
export type Receipt = { reference: string }

const documentsLost = 'documents_lost'

/** The code of an error that says which documents were not found when the application was sent. */
export const documentsLostCode = (kinds: readonly DocumentKind[]): string => `${documentsLost}:${kinds.join(',')}`

type AtStep = { step: QuestionStep }

const machineSetup = setup({
  types: { context: {} as ApplicationContext, events: {} as ApplicationEvent },
  actors: {
    submitApplication: fromEffect<Receipt, Submission>(async () => {
      throw new Error('submitApplication is provided on the server')
    }),
  },
  guards: {
    reachable: ({ context }, { step }: AtStep) => isReachable(step, context),
    // After an answer, answered questions are passed over. A person who goes back to a question wants to see it.
    passes: ({ context, event }, { step }: AtStep) => isAnswered(step, context) && !isRoute(event),
    passesPerson: ({ context, event }) => isAnswered('person', context) && !isRoute(event) && !wantsAnother(event),
    complete: ({ context }) => firstMissing(context) === undefined,
    incomplete: ({ context }) => firstMissing(context) !== undefined,
    bringsPeople: ({ context }) => context.answers.company?.company === 'yes',
    wantsAnother: ({ event }) => wantsAnother(event),
    tooMany: ({ context, event }) => wantsAnother(event) && context.people.length >= mostPeople,
    // An update never becomes an insert: a person who was removed elsewhere meanwhile is not brought back.
    canSave: ({ context, event }) =>
      event.type === 'person.submitted' &&
      (event.person === undefined ? context.people.length < mostPeople : isKnown(context, event.person)),
    isKnown: ({ context, event }) => event.type === 'person.removed' && isKnown(context, event.person),
    isLast: ({ context, event }) =>
      event.type === 'person.removed' && isKnown(context, event.person) && context.people.length === 1,
    employed: ({ context }) => context.answers.employment?.employment === 'employed',
    studying: ({ context }) => context.answers.employment?.employment === 'studying',
    wasPublished: ({ context }) => context.answers.published?.published === 'yes',
    documentsLost: (_, { error }: { error: unknown }) => lostDocuments(error).length > 0,
  },
  actions: {
    save: assign({
      answers: ({ context, event }, { step }: AtStep) => ({ ...context.answers, [step]: withoutType(event) }),
      lost: ({ context }, { step }: AtStep) => context.lost.filter((kind) => kind !== step),
    }),
    savePerson: assign(({ context, event }) => (event.type === 'person.submitted' ? withPerson(context, event) : {})),
    removePerson: assign(({ context: { people }, event }) =>
      event.type === 'person.removed'
        ? { people: people.filter(({ person }) => person !== event.person), peopleListed: false }
        : {},
    ),
    askAgainWhoComes: assign({ answers: ({ context: { answers } }) => without(answers, ['company']) }),
    openList: assign({ peopleListed: false }),
    closeList: assign({ peopleListed: true }),
    forgetLost: assign((_, { error }: { error: unknown }) => ({ lost: lostDocuments(error) })),
    dropLost: assign({ answers: ({ context: { answers, lost } }) => without(answers, lost) }),
    noteReference: assign({ reference: (_, { reference }: Receipt) => reference }),
  },
})

/** A question: it leads to `next` when it is answered, and at once when it already has an answer. */
const ask = <const Step extends Question>(step: Step, title: string, next: string) =>
  machineSetup.createStateConfig({
    id: step,
    meta: { step: { path: step, title } },
    route: { guard: { type: 'reachable', params: { step } } },
    always: { guard: { type: 'passes', params: { step } }, target: `#${next}` },
    on: { [`${step}.submitted`]: { target: `#${next}`, actions: { type: 'save', params: { step } } } },
  })

type Fork = 'bringsPeople' | 'employed' | 'studying' | 'wasPublished'

/** A fork that depends on an answer: the first guard that holds decides. */
const fork = (id: string, branches: readonly [guard: Fork, to: string][], otherwise: string) =>
  machineSetup.createStateConfig({
    id,
    always: [...branches.map(([guard, to]) => ({ guard, target: `#${to}` })), { target: `#${otherwise}` }],
  })

export const applicationMachine = machineSetup.createMachine({
  id: 'application',
  context: { answers: {}, people: [], peopleListed: false, nextPerson: 1, lost: [], reference: null },
  initial: 'about',
  states: {
    about: {
      initial: 'name',
      states: {
        name: ask('name', 'Your name', 'contact'),
        contact: ask('contact', 'How we reach you', 'address'),
        address: ask('address', 'Your address', 'company'),
      },
    },
    household: {
      initial: 'company',
      states: {
        company: ask('company', 'Who comes with you', 'whoComes'),
        whoComes: fork('whoComes', [['bringsPeople', 'person']], 'employment'),
        person: {
          id: 'person',
          meta: { step: { path: 'person', title: 'Someone who comes with you' } },
          route: { guard: { type: 'reachable', params: { step: 'person' } } },
          always: { guard: 'passesPerson', target: '#people' },
          on: { 'person.submitted': { guard: 'canSave', target: '#people', actions: 'savePerson' } },
        },
        people: {
          id: 'people',
          meta: { step: { path: 'people', title: 'The people who come with you' } },
          route: { guard: { type: 'reachable', params: { step: 'people' } } },
          always: { guard: { type: 'passes', params: { step: 'people' } }, target: '#employment' },
          on: {
            'people.submitted': [
              { guard: 'tooMany' },
              { guard: 'wantsAnother', target: '#person', actions: 'openList' },
              { target: '#employment', actions: 'closeList' },
            ],
            'person.removed': [
              { guard: 'isLast', target: '#company', actions: ['removePerson', 'askAgainWhoComes'] },
              { guard: 'isKnown', actions: 'removePerson' },
            ],
          },
        },
      },
    },
    work: {
      initial: 'employment',
      states: {
        employment: ask('employment', 'How you make your living', 'livelihood'),
        livelihood: fork(
          'livelihood',
          [
            ['employed', 'employer'],
            ['studying', 'studies'],
          ],
          'project',
        ),
        employer: ask('employer', 'Your employer', 'project'),
        studies: ask('studies', 'Your studies', 'project'),
        project: ask('project', 'What you are writing', 'published'),
        published: ask('published', 'Earlier books', 'earlierBooks'),
        earlierBooks: fork('earlierBooks', [['wasPublished', 'publication']], 'sample'),
        publication: ask('publication', 'Your latest book', 'sample'),
      },
    },
    documents: {
      initial: 'sample',
      states: {
        sample: ask('sample', 'Writing sample', 'proofs'),
        proofs: fork('proofs', [['studying', 'enrolment']], 'check'),
        enrolment: ask('enrolment', 'Proof of enrolment', 'check'),
      },
    },
    check: {
      id: 'check',
      meta: { step: { path: 'check', title: 'Check your answers' } },
      route: { guard: 'complete' },
      // From the first question on, everything answered is passed: this leads to the first one that is missing.
      always: { guard: 'incomplete', target: '#name' },
      on: { 'application.submitted': [{ guard: 'complete', target: 'sending' }, { target: '#name' }] },
    },
    sending: {
      id: 'sending',
      meta: { step: { path: 'sending', title: 'Sending your application' } },
      invoke: {
        id: 'submitApplication',
        src: 'submitApplication',
        input: ({ context }) => {
          const { answers, people } = applicable(context)
          return { answers, people }
        },
        onDone: { target: 'sent', actions: { type: 'noteReference', params: ({ event }) => event.output } },
        onError: [
          {
            guard: { type: 'documentsLost', params: ({ event }) => ({ error: event.error }) },
            target: '#name',
            actions: [{ type: 'forgetLost', params: ({ event }) => ({ error: event.error }) }, 'dropLost'],
          },
          { target: 'unsent' },
        ],
      },
    },
    unsent: {
      id: 'unsent',
      meta: { step: { path: 'unsent', title: 'Not sent yet' } },
      on: { 'application.retried': [{ guard: 'complete', target: 'sending' }, { target: '#name' }] },
    },
    sent: {
      id: 'sent',
      meta: { step: { path: 'sent', title: 'Application sent' } },
      type: 'final',
    },
  },
})

export const application = defineFlow({
  id: 'application',
  version: 1,
  machine: applicationMachine,
  events: applicationEvents,
  context: ApplicationContext,
  // The event about a person is read by hand, so its schema names no fields. Those of the people in the context do.
  marks: { pii: ['personName', 'relation', 'age'] },
  cardNumbers: 'refuse',
  view: (context) => ({ ...applicable(context), lost: context.lost, reference: context.reference }),
  lifetime: { idle: '60 days', absolute: '180 days', hot: '30 minutes' },
  effects: { submitApplication: { attempts: 8, backoff: '250 ms', timeout: '10 s' } },
})

export type ApplicationView = ViewOf<typeof application>

// The engine's own events arrive here, too, though the type of the machine's events does not name them.
const isRoute = (event: { type: string }): boolean => event.type === 'xstate.route'

const wantsAnother = (event: ApplicationEvent): boolean => event.type === 'people.submitted' && event.another === 'yes'

const isKnown = ({ people }: ApplicationContext, id: string | undefined): boolean =>
  people.some(({ person }) => person === id)

/** The people with one changed, or with a new one under an id of their own, which opens the list again. */
function withPerson(context: ApplicationContext, event: ApplicationEvent & { type: 'person.submitted' }) {
  const { type: _, person, ...given } = event
  if (person !== undefined) {
    return { people: context.people.map((known): Person => (known.person === person ? { person, ...given } : known)) }
  }
  const added: Person = { person: `p${context.nextPerson}`, ...given }
  return { people: [...context.people, added], nextPerson: context.nextPerson + 1, peopleListed: false }
}

/** The documents the sending did not find. They are in the code of its error, because an error keeps nothing else. */
function lostDocuments(error: unknown): DocumentKind[] {
  const { code } = (error ?? {}) as { code?: unknown }
  const [what, kinds = ''] = String(code).split(':')
  return what === documentsLost ? documentKinds.filter((kind) => kinds.split(',').includes(kind)) : []
}

function without(answers: ApplicationContext['answers'], questions: readonly Question[]) {
  return Object.fromEntries(Object.entries(answers).filter(([name]) => !questions.includes(name as Question)))
}
