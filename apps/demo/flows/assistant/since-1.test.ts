// People who were in version 1 of the assistant when version 2 was deployed: they lose nothing they said.

import { createEngine, fromEffect, memoryStore } from 'dogear'
import { afterEach, describe, expect, it } from 'vitest'
import type { Answer, AnswerInput, Extracted, ExtractInput } from './context.ts'
import { talker } from './flow.fixture.ts'
import { assistant } from './flow.ts'
import { assistant1 } from './version-1/flow.fixture.ts'

const store = memoryStore()
const document = { id: 'a'.repeat(32), name: 'engine.pdf', size: 12_345, type: 'application/pdf' as const }
const hash = 'b'.repeat(64)
const never = async (): Promise<string> => new Promise(() => {})

let answerOf1: (input: unknown) => Promise<string> = never
const inputs: AnswerInput[] = []
const extract = fromEffect<Extracted, ExtractInput>(async () => ({ title: 'On engines', pages: 3, passages: 12, hash }))
const answer = fromEffect<Answer, AnswerInput>(async ({ input }) => {
  inputs.push(input)
  return { text: 'Patterns [1].', passages: [1] }
})
const engines = {
  1: createEngine({
    ...{ store, effectWaitMs: 20 },
    flows: [assistant1.provide({ actors: { answer: fromEffect<string, unknown>(({ input }) => answerOf1(input)) } })],
  }),
  2: createEngine({ store, flows: [assistant.provide({ actors: { extract, answer } })] }),
}
afterEach(async () => {
  inputs.length = 0
  answerOf1 = never
})

async function inVersion1(...events: { type: string; [field: string]: unknown }[]) {
  const person = talker(engines[1])
  for (const event of events) expect(await person.send(event)).toBe('applied')
  return person.on(engines[2])
}

const name = { type: 'name.given', name: 'Ada' }
const given = { type: 'document.given', document }
const question = (text: string) => ({ type: 'question.asked', text })

describe('somebody who was in version 1', () => {
  it('and had given nothing, or a name, goes on there', async () => {
    expect(await (await inVersion1(name)).read()).toMatchObject({ step: 'document', context: { name: 'Ada' } })
  })

  it('and was talking goes on once the document was read, with all that was said', async () => {
    answerOf1 = async () => 'Flowers.'
    const ada = await inVersion1(name, given, question('What does the loom weave?'), question('Why?'))
    expect(await ada.read()).toMatchObject({ step: 'reading', context: { document: { ...document, hash: null } } })
    await ada.wake()
    await expect.poll(async () => (await ada.read()).step).toBe('conversation')
    const { context } = await ada.read()
    expect(context).toMatchObject({
      document: { ...document, hash },
      extract: { title: 'On engines' },
      exchanges: [
        { id: 1, question: 'What does the loom weave?', answer: 'Flowers.', passages: [] },
        { id: 2, question: 'Why?', answer: 'Flowers.', passages: [] },
      ],
      questions: [],
      nextQuestion: 3,
    })
    expect(inputs).toEqual([])
  })

  it('and waited for an answer gets it once the document was read', async () => {
    answerOf1 = async () => 'Flowers.'
    const ada = await inVersion1(name, given, question('What does the loom weave?'))
    answerOf1 = never
    expect(await ada.on(engines[1]).send(question('And the engine?'))).toBe('applied')
    const later = ada.on(engines[2])
    await later.wake()
    await expect
      .poll(async () => (await later.read()).context.exchanges)
      .toMatchObject([
        { id: 1, answer: 'Flowers.' },
        { id: 2, question: 'And the engine?', answer: 'Patterns [1].', passages: [1] },
      ])
    expect(inputs.map((one) => one.question)).toEqual([{ id: 2, text: 'And the engine?' }])
  })
})
