// The answers of an application: the ones that count, and the next question. Pure, for the machine and the pages.

import { z } from 'zod'
import { Person, type Question, questions } from './questions.ts'

/** Answers by question. An answer that no longer applies stays, so that the question is never put twice. */
const Answers = z.object(
  Object.fromEntries(Object.entries(questions).map(([name, schema]) => [name, schema.optional()])) as {
    [Name in Question]: z.ZodOptional<(typeof questions)[Name]>
  },
)

export const Given = z.object({
  answers: Answers,
  people: z.array(Person),
  /** True once the person said that the list of people is complete. */
  peopleListed: z.boolean(),
})
export type Given = z.infer<typeof Given>

/** The steps a person fills in, in their order; two of them are about the people who come along. */
export const questionSteps = [
  'name',
  'contact',
  'address',
  'company',
  'person',
  'people',
  'employment',
  'employer',
  'studies',
  'project',
  'published',
  'publication',
  'sample',
  'enrolment',
] as const
export type QuestionStep = (typeof questionSteps)[number]

/** True if a step is part of this application, going by the answers so far. */
export function applies(step: QuestionStep, { answers }: Given): boolean {
  switch (step) {
    case 'person':
    case 'people':
      return answers.company?.company === 'yes'
    case 'employer':
      return answers.employment?.employment === 'employed'
    case 'studies':
    case 'enrolment':
      return answers.employment?.employment === 'studying'
    case 'publication':
      return answers.published?.published === 'yes'
    default:
      return true
  }
}

/** True if a step has an answer that is valid by today's rules. */
export function isAnswered(step: QuestionStep, { answers, people, peopleListed }: Given): boolean {
  if (step === 'person') return people.length > 0
  if (step === 'people') return people.length > 0 && peopleListed
  return questions[step].safeParse(answers[step]).success
}

/** The first step that applies and lacks an answer; undefined when nothing is missing. */
export function firstMissing(given: Given): QuestionStep | undefined {
  return questionSteps.find((step) => applies(step, given) && !isAnswered(step, given))
}

/** True if a step applies and no answer before it is missing, so that it may be answered, or answered again. */
export function isReachable(step: QuestionStep, given: Given): boolean {
  if (!applies(step, given)) return false
  const missing = firstMissing(given)
  return missing === undefined || questionSteps.indexOf(step) <= questionSteps.indexOf(missing)
}

/** The answers without those to questions that do not apply. Only these are shown and sent. */
export function applicable(given: Given): Given {
  const answers = Object.entries(given.answers).filter(([step]) => applies(step as QuestionStep, given))
  return {
    answers: Object.fromEntries(answers),
    people: applies('people', given) ? given.people : [],
    peopleListed: given.peopleListed,
  }
}
