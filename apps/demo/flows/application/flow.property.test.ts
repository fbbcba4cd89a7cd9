// Whatever anybody sends, in whatever order: nobody is stuck, nobody skips, and the view says what is so.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applies, firstMissing, isAnswered, type QuestionStep, questionSteps } from './answers.ts'
import { mostPeople } from './choices.ts'
import {
  type Applicant,
  applicant,
  bringsPeople,
  goodAnswers,
  serveApplication,
  wasPublished,
  works,
} from './flow.fixture.ts'
import type { Submission } from './flow.ts'
import type { ApplicationEvent } from './questions.ts'
import { taskList } from './tasks.ts'

const person = fc.constantFrom(undefined, 'p1', 'p2', 'p3', 'p9')

const event: fc.Arbitrary<ApplicationEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Object.values(goodAnswers)) },
  fc.constantFrom(bringsPeople, wasPublished, ...(['employed', 'self-employed', 'studying'] as const).map(works)),
  fc.constantFrom(
    { type: 'people.submitted', another: 'yes' } as const,
    { type: 'application.submitted' } as const,
    { type: 'application.retried' } as const,
    { type: 'person.removed', person: 'p1' } as const,
    { type: 'person.removed', person: 'p2' } as const,
  ),
  person.map((id) => (id === undefined ? goodAnswers.person : { ...goodAnswers.person, person: id })),
)

/** The page a form of this event is on. */
const pageOf = ({ type }: ApplicationEvent) => (type === 'person.removed' ? 'people' : type.split('.')[0])
const anyStep = fc.option(fc.constantFrom(...questionSteps, 'check'), { nil: undefined })

/** A person's actions: answer the question, come back to a page and send its form, or send any event from any step. */
const move = fc.oneof(
  fc.constant('answer' as const),
  event.map((one) => ({ event: one, step: pageOf(one) })),
  fc.record({ event, step: anyStep }),
)

const start = fc.constantFrom('name', 'people', 'check')

async function expectTruth(ada: Applicant) {
  const { step, steps, context, status } = await ada.read()
  if (status === 'done') return
  const missing = firstMissing(context)
  const open = steps.filter(({ state }) => state !== 'todo').map(({ id }) => id)

  // Nobody waits before a question that is answered, except to add one more person; nobody is past one that is not.
  const adding = step === 'person' && missing === 'people'
  const stays = step === 'unsent' && missing === undefined
  expect(adding || stays || step === (missing ?? 'check')).toBe(true)

  // An open step may be answered again: it applies, and no answer before it is missing.
  for (const id of open.filter((one) => questionSteps.includes(one as QuestionStep)) as QuestionStep[]) {
    expect(applies(id, context)).toBe(true)
    const before = questionSteps.slice(0, questionSteps.indexOf(id)).filter((one) => applies(one, context))
    expect(before.filter((one) => !isAnswered(one, context))).toEqual([])
  }
  expect(open.includes('check')).toBe(missing === undefined)
  expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length)
  expect(context.people.length).toBeLessThanOrEqual(mostPeople)

  for (const { path, status: said } of taskList(await ada.read())) {
    if (path !== undefined) expect(open).toContain(path)
    if (said === 'Cannot start yet') expect(path).toBeUndefined()
  }
}

it('leads every walk on: no stuck state, no skipped question, no untrue step, always a whole application', async () => {
  await fc.assert(
    fc.asyncProperty(start, fc.array(move, { maxLength: 20 }), fc.boolean(), async (start, moves, fails) => {
      const sent: Submission[] = []
      let failing = fails
      const send = async ({ input }: { input: Submission }) => {
        if (failing) throw Object.assign(new Error('no'), { retryable: false })
        sent.push(input)
        return { reference: 'DG-TEST-0001' }
      }
      const ada = applicant(serveApplication(send))
      await ada.answerUntil(start, { company: bringsPeople, employment: works('studying') })
      for (const one of moves) {
        const { step, status } = await ada.read()
        if (status === 'done') break
        if (one !== 'answer') await ada.send(one.event, one.step)
        else if (step !== null && step in goodAnswers)
          expect(await ada.send(goodAnswers[step as QuestionStep])).toBe('applied')
        await expectTruth(ada)
      }
      failing = false

      // From wherever the walk has led: the promised steps come, and the end is reached.
      const { status, steps, context } = await ada.read()
      if (status !== 'done') {
        const promised = steps.filter(({ state }) => state === 'todo').map(({ id }) => id)
        const passed = await ada.answerUntil('check')
        await ada.send({ type: (await ada.read()).step === 'unsent' ? 'application.retried' : 'application.submitted' })
        // Those answered already are passed without a stop.
        const known = (id: string) =>
          questionSteps.includes(id as QuestionStep) && isAnswered(id as QuestionStep, context)
        const came = [...passed, 'check', 'sending', 'sent']
        expect(promised.filter((id) => !came.includes(id) && !known(id))).toEqual([])
      }
      expect(await ada.read()).toMatchObject({ status: 'done', step: 'sent' })
      expect(sent).toHaveLength(1)
      const whole = { answers: {}, people: [], ...sent[0], peopleListed: true }
      expect(firstMissing(whole)).toBeUndefined()
      for (const id of Object.keys(whole.answers)) expect(applies(id as QuestionStep, whole)).toBe(true)
      if (!applies('people', whole)) expect(whole.people).toEqual([])
    }),
    { numRuns: 60 },
  )
}, 60_000)
