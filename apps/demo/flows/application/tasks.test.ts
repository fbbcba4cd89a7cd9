// The task list says how things stand, and its links lead somewhere.

import { describe, expect, it } from 'vitest'
import { type Applicant, applicant, bringsPeople, goodAnswers, serveApplication, works } from './flow.fixture.ts'
import { taskList } from './tasks.ts'

const tasksOf = async (ada: Applicant) =>
  Object.fromEntries(
    taskList(await ada.read()).map(({ id, status, path }) => [id, path ? `${status}: ${path}` : status]),
  )

async function at(step: string, over: Parameters<Applicant['answerUntil']>[1] = {}) {
  const ada = applicant(serveApplication())
  await ada.answerUntil(step, over)
  return ada
}

describe('the task list', () => {
  it('begins with the first section, and nothing else can start', async () => {
    expect(await tasksOf(await at('name'))).toEqual({
      about: 'Not started: name',
      household: 'Cannot start yet',
      work: 'Cannot start yet',
      documents: 'Cannot start yet',
      send: 'Cannot start yet',
    })
  })

  it('tells a section that is begun from one that is next', async () => {
    expect(await tasksOf(await at('contact'))).toMatchObject({ about: 'In progress: contact' })
    expect(await tasksOf(await at('company'))).toMatchObject({
      about: 'Completed: name',
      household: 'Not started: company',
    })
  })

  it('counts what was typed as a beginning', async () => {
    const ada = await at('company')
    const view = await ada.read()
    const drafts = { company: { values: { company: 'yes' }, issues: [] } }
    expect(taskList({ ...view, drafts })[1]).toMatchObject({ status: 'In progress' })
  })

  it('leads to the person who is being added', async () => {
    const ada = await at('people', { company: bringsPeople })
    expect(await tasksOf(ada)).toMatchObject({ household: 'In progress: people' })
    await ada.send({ type: 'people.submitted', another: 'yes' })
    expect(await tasksOf(ada)).toMatchObject({ household: 'In progress: person' })
  })

  it('opens the last section when everything is answered', async () => {
    expect(await tasksOf(await at('check'))).toEqual({
      about: 'Completed: name',
      household: 'Completed: company',
      work: 'Completed: employment',
      documents: 'Completed: sample',
      send: 'Not started: check',
    })
  })

  it('takes a section back that a changed answer has added a question to', async () => {
    const ada = await at('check')
    await ada.send(works('studying'), 'employment')
    expect(await tasksOf(ada)).toMatchObject({
      work: 'In progress: studies',
      documents: 'Cannot start yet',
      send: 'Cannot start yet',
    })
    await ada.send(goodAnswers.studies)
    expect(await tasksOf(ada)).toMatchObject({ work: 'Completed: employment', documents: 'In progress: enrolment' })
  })

  it('says of an application that could not be sent that it is being sent', async () => {
    const send = () => Promise.reject(Object.assign(new Error('no'), { retryable: false }))
    const ada = applicant(serveApplication(send))
    await ada.answerUntil('check')
    await ada.send({ type: 'application.submitted' })
    expect(await tasksOf(ada)).toMatchObject({ send: 'In progress: unsent' })
  })
})
