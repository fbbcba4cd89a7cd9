// Someone filling in the application on a real engine with a store in memory, for tests.

import { createHash, randomBytes } from 'node:crypto'
import { createEngine, type Engine, fromEffect, memoryStore } from 'dogear'
import type { Credential } from 'dogear/http'
import type { QuestionStep } from './answers.ts'
import { type ApplicationView, application, type Receipt, type Submission } from './flow.ts'
import type { ApplicationEvent, DocumentRef } from './questions.ts'

export const documentRef = (letter = 'a', name = 'chapter-one.pdf'): DocumentRef => ({
  id: letter.repeat(32),
  name,
  size: 12_345,
  type: 'application/pdf',
})

/** A good answer to every step; `over` replaces or adds events by step. */
export const goodAnswers = {
  name: { type: 'name.submitted', fullName: 'Ada Lovelace' },
  contact: { type: 'contact.submitted', email: 'ada@example.org' },
  address: {
    type: 'address.submitted',
    line1: '12 St James Square',
    city: 'London',
    postcode: 'SW1Y 4JH',
    country: 'GB',
  },
  company: { type: 'company.submitted', company: 'no' },
  person: { type: 'person.submitted', personName: 'Byron King', relation: 'child', age: '8' },
  people: { type: 'people.submitted', another: 'no' },
  employment: { type: 'employment.submitted', employment: 'none' },
  employer: { type: 'employer.submitted', employer: 'Analytical Engines Ltd', leave: 'agreed' },
  studies: { type: 'studies.submitted', school: 'University of London' },
  project: { type: 'project.submitted', workTitle: 'Notes', genre: 'nonfiction', summary: 'An engine that weaves.' },
  published: { type: 'published.submitted', published: 'no' },
  publication: { type: 'publication.submitted', bookTitle: 'Sketch', publisher: 'Taylor', year: '1943' },
  sample: { type: 'sample.submitted', document: documentRef() },
  enrolment: { type: 'enrolment.submitted', document: documentRef('e', 'enrolment.pdf') },
} as const satisfies Record<QuestionStep, ApplicationEvent>

export const bringsPeople = { type: 'company.submitted', company: 'yes' } as const
export const works = (employment: 'employed' | 'self-employed' | 'studying' | 'none') =>
  ({ type: 'employment.submitted', employment }) as const
export const wasPublished = { type: 'published.submitted', published: 'yes' } as const

export type Sending = (call: { input: Submission; effectId: string }) => Promise<Receipt>

/** An engine with the application, sending as `send` does. */
export function serveApplication(send: Sending = async () => ({ reference: 'DG-TEST-0001' })): Engine {
  const flow = application.provide({ actors: { submitApplication: fromEffect<Receipt, Submission>(send) } })
  return createEngine({ store: memoryStore(), flows: [flow] })
}

let count = 0

/**
 * One browser. `send` sends from the current step, or from `step` as its page would; it answers with the outcome or its
 * code.
 */
export function applicant(engine: Engine) {
  let credential: Credential | undefined
  const mint = (): Credential => {
    const hash = () => createHash('sha256').update(randomBytes(32)).digest('base64url')
    return { id: hash(), secretHash: hash() }
  }
  const read = async () => (await engine.read('application', credential)) as ApplicationView
  return {
    read,
    async send(event: ApplicationEvent, step?: string): Promise<string> {
      const { epoch, revision, mark, step: current } = await read()
      const from = step ?? current
      const reply = await engine.send(
        'application',
        { credential, mint },
        { opId: `application-${++count}`, ...(from ? { step: from } : {}), position: { epoch, revision, mark }, event },
      )
      credential = reply.created ?? credential
      return reply.outcome === 'rejected' ? reply.code : reply.outcome
    },
    /**
     * Answers whatever is asked until `stop` is the current step or nothing is asked any more; returns the steps
     * passed.
     */
    async answerUntil(stop: string, over: Partial<Record<QuestionStep, ApplicationEvent>> = {}): Promise<string[]> {
      const passed: string[] = []
      for (;;) {
        const { step } = await read()
        const event = { ...goodAnswers, ...over }[step as QuestionStep]
        if (step === stop || !event || passed.length > 40) return passed
        passed.push(step as string)
        const outcome = await this.send(event)
        if (outcome !== 'applied') throw new Error(`${step}: ${outcome}`)
      }
    },
  }
}
export type Applicant = ReturnType<typeof applicant>
