// Every way through the application, walked on a real engine with a store in memory.

import { describe, expect, it } from 'vitest'
import { mostPeople } from './choices.ts'
import {
  type Applicant,
  applicant,
  bringsPeople,
  documentRef,
  goodAnswers,
  type Sending,
  serveApplication,
  wasPublished,
  works,
} from './flow.fixture.ts'
import { application, documentsLostCode, type Submission } from './flow.ts'
import { applicationEvents } from './questions.ts'

const someone = (send?: Sending) => applicant(serveApplication(send))

async function atCheck(over: Parameters<Applicant['answerUntil']>[1] = {}, send?: Sending) {
  const ada = someone(send)
  await ada.answerUntil('check', over)
  return ada
}

const stepsBy = async (ada: Applicant, ...states: string[]) =>
  (await ada.read()).steps.filter(({ state }) => states.includes(state)).map(({ id }) => id)

describe('the way to a sent application', () => {
  const straight = ['name', 'contact', 'address', 'company', 'employment', 'project', 'published', 'sample']

  it.each([
    ['the shortest', {}, straight],
    ['with people', { company: bringsPeople }, [...straight.slice(0, 4), 'person', 'people', ...straight.slice(4)]],
    ['of the employed', { employment: works('employed') }, [...straight.slice(0, 5), 'employer', ...straight.slice(5)]],
    ['of the self-employed', { employment: works('self-employed') }, straight],
    [
      'of students',
      { employment: works('studying') },
      [...straight.slice(0, 5), 'studies', ...straight.slice(5), 'enrolment'],
    ],
    ['of the published', { published: wasPublished }, [...straight.slice(0, 7), 'publication', 'sample']],
  ])('%s asks what it has to and nothing else', async (_, over, questions) => {
    const ada = someone()
    expect(await ada.answerUntil('check', over)).toEqual(questions)
    expect(await stepsBy(ada, 'done', 'current')).toEqual([...questions, 'check'])
    await ada.send({ type: 'application.submitted' })
    expect(await ada.read()).toMatchObject({ status: 'done', step: 'sent', context: { reference: 'DG-TEST-0001' } })
  })

  it('promises only steps that are certain to come', async () => {
    const ada = someone()
    expect(await stepsBy(ada, 'todo')).toEqual([...straight.slice(1), 'check', 'sending', 'sent'])
  })

  it('ends after sixty days without an answer', () => {
    expect(application.lifetime.idleMs).toBe(60 * 24 * 3600_000)
  })
})

describe('skipping', () => {
  it.each(['check', 'sample', 'person', 'employer'])('to %s is not accepted before what comes first', async (step) => {
    const ada = someone()
    await ada.answerUntil('employment')
    const event = step === 'check' ? { type: 'application.submitted' as const } : goodAnswers[step as 'sample']
    expect(await ada.send(event, step)).toBe('stale_step')
    expect(await ada.send(event)).toBe('not_accepted')
    expect((await ada.read()).step).toBe('employment')
  })

  it('a question that became necessary is not possible from any page seen before', async () => {
    const ada = await atCheck()
    await ada.send(works('studying'), 'employment')
    for (const step of ['check', 'sample', 'published']) {
      expect(await ada.send({ type: 'application.submitted' }, step)).not.toBe('applied')
      expect(await ada.send(goodAnswers.sample, step)).not.toBe('applied')
    }
    expect(await ada.read()).toMatchObject({ step: 'studies' })
  })
})

describe('changing an answer', () => {
  it.each(['name', 'contact', 'address', 'company', 'employment', 'project', 'published', 'sample'] as const)(
    'of %s leads straight back to the check',
    async (step) => {
      const ada = await atCheck()
      expect(await ada.send(goodAnswers[step], step)).toBe('applied')
      expect((await ada.read()).step).toBe('check')
    },
  )

  it('first asks what became necessary, in its order, then returns to the check', async () => {
    const ada = await atCheck()
    await ada.send(works('studying'), 'employment')
    expect(await ada.answerUntil('check')).toEqual(['studies', 'enrolment'])
    await ada.send(bringsPeople, 'company')
    expect(await ada.answerUntil('check')).toEqual(['person', 'people'])
  })

  it('in the middle leads back to where the person was', async () => {
    const ada = someone()
    await ada.answerUntil('published')
    await ada.send({ ...goodAnswers.name, fullName: 'Ada King' }, 'name')
    expect(await ada.read()).toMatchObject({
      step: 'published',
      context: { answers: { name: { fullName: 'Ada King' } } },
    })
  })

  it('takes steps off the way without forgetting their answers, and never asks them twice', async () => {
    const ada = await atCheck({ employment: works('studying'), company: bringsPeople, published: wasPublished })
    await ada.send(works('none'), 'employment')
    await ada.send(goodAnswers.company, 'company')
    await ada.send(goodAnswers.published, 'published')
    const { steps, context, step } = await ada.read()
    expect(step).toBe('check')
    expect(steps.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['studies']))
    for (const gone of ['studies', 'enrolment', 'publication', 'person', 'people']) {
      expect(steps.map(({ id }) => id)).not.toContain(gone)
      expect(context.answers).not.toHaveProperty(gone)
    }
    expect(context.people).toEqual([])

    await ada.send(works('studying'), 'employment')
    await ada.send(bringsPeople, 'company')
    await ada.send(wasPublished, 'published')
    expect(await ada.read()).toMatchObject({
      step: 'check',
      context: { answers: { studies: { school: 'University of London' } }, people: [{ personName: 'Byron King' }] },
    })
  })
})

describe('the people who come along', () => {
  const add = (personName: string) => ({ ...goodAnswers.person, personName })
  const another = { type: 'people.submitted', another: 'yes' } as const
  const names = async (ada: Applicant) =>
    (await ada.read()).context.people.map(({ person, personName }) => [person, personName])

  async function withThree() {
    const ada = someone()
    await ada.answerUntil('person', { company: bringsPeople })
    await ada.send(add('Annabella'))
    for (const name of ['Byron', 'Ralph']) {
      expect((await ada.read()).step).toBe('people')
      await ada.send(another)
      await ada.send(add(name))
    }
    return ada
  }

  it('are added one by one, each under an id of its own', async () => {
    const ada = await withThree()
    expect(await names(ada)).toEqual([
      ['p1', 'Annabella'],
      ['p2', 'Byron'],
      ['p3', 'Ralph'],
    ])
    await ada.answerUntil('check')
    expect((await ada.read()).step).toBe('check')
  })

  it('can be changed, which leads back to the check', async () => {
    const ada = await withThree()
    await ada.answerUntil('check')
    await ada.send({ ...add('Byron Noel'), person: 'p2' }, 'person')
    expect(await names(ada)).toEqual([
      ['p1', 'Annabella'],
      ['p2', 'Byron Noel'],
      ['p3', 'Ralph'],
    ])
    expect((await ada.read()).step).toBe('check')
  })

  it('can be removed; ids are not used again', async () => {
    const ada = await withThree()
    await ada.answerUntil('check')
    await ada.send({ type: 'person.removed', person: 'p3' }, 'people')
    expect((await ada.read()).step).toBe('people')
    await ada.send(another)
    await ada.send(add('Anne'))
    expect(await names(ada)).toEqual([
      ['p1', 'Annabella'],
      ['p2', 'Byron'],
      ['p4', 'Anne'],
    ])
    expect(await ada.send({ type: 'person.removed', person: 'p3' })).toBe('not_accepted')
    await ada.answerUntil('check')
    expect((await ada.read()).step).toBe('check')
  })

  it('are asked about anew when the last one was removed', async () => {
    const ada = someone()
    await ada.answerUntil('people', { company: bringsPeople })
    await ada.send({ type: 'person.removed', person: 'p1' })
    const { step, context, steps } = await ada.read()
    expect(step).toBe('company')
    expect(context.answers.company).toBeUndefined()
    expect(steps.map(({ id }) => id)).not.toContain('people')
  })

  it('are not brought back by a change to someone who was removed elsewhere meanwhile', async () => {
    const ada = await withThree()
    await ada.send({ type: 'person.removed', person: 'p2' })
    expect(await ada.send({ ...add('Byron'), person: 'p2' }, 'person')).toBe('not_accepted')
    expect(await ada.send({ ...add('Nobody'), person: 'p9' }, 'person')).toBe('not_accepted')
    expect(await names(ada)).toEqual([
      ['p1', 'Annabella'],
      ['p3', 'Ralph'],
    ])
  })

  it('are at most as many as the house has beds', async () => {
    const ada = someone()
    await ada.answerUntil('person', { company: bringsPeople })
    for (let number = 1; number <= mostPeople; number++) {
      await ada.send(add(`Person ${number}`))
      expect(await ada.send(another)).toBe(number < mostPeople ? 'applied' : 'not_accepted')
    }
    expect(await ada.send(add('One more'), 'person')).toBe('not_accepted')
    expect(await ada.send({ ...add('Renamed'), person: 'p1' }, 'person')).toBe('applied')
  })

  it('keep the list open while another one is being added', async () => {
    const ada = await withThree()
    await ada.answerUntil('check')
    await ada.send(another, 'people')
    expect(await stepsBy(ada, 'done', 'current')).not.toContain('check')
    await ada.send(goodAnswers.people, 'people')
    expect((await ada.read()).step).toBe('check')
  })
})

describe('sending', () => {
  it('takes only what counts', async () => {
    const sent: Submission[] = []
    const ada = await atCheck({ employment: works('studying'), company: bringsPeople }, async ({ input }) => {
      sent.push(input)
      return { reference: 'DG-TEST-0002' }
    })
    await ada.send(works('employed'), 'employment')
    await ada.answerUntil('check')
    await ada.send(goodAnswers.company, 'company')
    await ada.send({ type: 'application.submitted' })
    expect(sent).toHaveLength(1)
    expect(Object.keys(sent[0]?.answers ?? {}).sort()).toEqual([
      'address',
      'company',
      'contact',
      'employer',
      'employment',
      'name',
      'project',
      'published',
      'sample',
    ])
    expect(sent[0]?.people).toEqual([])
  })

  it('that failed says so, keeps everything, and can be tried again', async () => {
    let works = false
    const ada = await atCheck({}, async () => {
      if (!works) throw Object.assign(new Error('no room on the disk'), { retryable: false })
      return { reference: 'DG-TEST-0003' }
    })
    await ada.send({ type: 'application.submitted' })
    expect(await ada.read()).toMatchObject({ step: 'unsent', context: { answers: goodNames } })
    expect(await ada.send({ ...goodAnswers.name, fullName: 'Ada King' }, 'name')).toBe('applied')
    expect((await ada.read()).step).toBe('check')
    works = true
    await ada.send({ type: 'application.submitted' })
    expect(await ada.read()).toMatchObject({ step: 'sent', context: { reference: 'DG-TEST-0003' } })
  })

  it('asks again for a document that is not there any more', async () => {
    const lost = Object.assign(new Error('gone'), { code: documentsLostCode(['sample']), retryable: false })
    const ada = await atCheck({}, () => Promise.reject(lost))
    await ada.send({ type: 'application.submitted' })
    expect(await ada.read()).toMatchObject({ step: 'sample', context: { lost: ['sample'] } })
    await ada.send({ ...goodAnswers.sample, document: documentRef('b') })
    expect(await ada.read()).toMatchObject({ step: 'check', context: { lost: [] } })
  })
})

const goodNames = { name: { fullName: 'Ada Lovelace' } }

describe('what a person may answer', () => {
  const messages = (type: keyof typeof applicationEvents, payload: unknown) =>
    applicationEvents[type].safeParse(payload).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

  it.each([
    ['name.submitted', ['fullName: Enter your full name']],
    ['company.submitted', ['company: Choose yes if anyone would come with you']],
    [
      'person.submitted',
      ['personName: Enter their full name', 'relation: Choose who they are to you', 'age: Enter their age in years'],
    ],
    ['sample.submitted', ['document: Choose the file with your writing sample']],
  ] as const)('%s says what to do about every field left out', (type, expected) => {
    expect(messages(type, {})).toEqual(expected)
  })

  it('comes back under the name its field has in the form about one person', () => {
    const form = { person: 'p2', 'personName-p2': ' Byron ', 'relation-p2': 'child', 'age-p2': '8' }
    expect(applicationEvents['person.submitted'].parse(form)).toEqual({
      person: 'p2',
      personName: 'Byron',
      relation: 'child',
      age: '8',
    })
    expect(messages('person.submitted', { ...form, 'age-p2': 'eight', 'personName-p2': undefined })).toEqual([
      'personName-p2: Enter their full name',
      'age-p2: Enter their age in years, as a number like 8',
    ])
  })

  it.each(['../../../etc/passwd', 'a/b', '', 'a'.repeat(31), `${'a'.repeat(31)}/`, `${'a'.repeat(32)}\n`])(
    'is not a document called %j',
    (id) => {
      expect(messages('sample.submitted', { document: { ...documentRef(), id } })).toHaveLength(1)
    },
  )

  it('is the same when it is checked once more', () => {
    for (const event of Object.values(goodAnswers)) {
      const once = applicationEvents[event.type].parse(event)
      expect(applicationEvents[event.type].parse(once)).toEqual(once)
    }
  })
})
