// The task list: how far each section of an application is, and where to go on. Asks the same questions as the machine.

import type { Text } from '../../words/words.ts'
import { applies, firstMissing, isAnswered, questionSteps } from './answers.ts'
import type { ApplicationView } from './flow.ts'
import { sections } from './pages.ts'

export type TaskStatus = 'Completed' | 'In progress' | 'Not started' | 'Cannot start yet'

/** One line of the task list; `path` is the step it leads to, if it can be entered. */
export type Task = { id: string; title: Text; status: TaskStatus; path: string | undefined }

/** The sections of an application that was not sent yet. */
export function taskList({ context, steps, drafts }: Pick<ApplicationView, 'context' | 'steps' | 'drafts'>): Task[] {
  const next = firstMissing(context) ?? 'check'
  const current = steps.find(({ state }) => state === 'current')?.id
  return sections.map(({ id, title, steps: own }) => {
    const within: readonly string[] = own
    const mine = questionSteps.filter((step) => within.includes(step) && applies(step, context))
    if (within.includes(next)) {
      // Coming here is no beginning; an answer is, and so is what was typed.
      const begun = current === 'unsent' || mine.some((step) => isAnswered(step, context) || step in drafts)
      // Someone who adds a person is a step before the list that is still open.
      const path = current !== undefined && within.includes(current) ? current : next
      return { id, title, status: begun ? 'In progress' : 'Not started', path }
    }
    const done = mine.length > 0 && mine.every((step) => isAnswered(step, context))
    const open = steps.some((step) => step.id === own[0] && step.state !== 'todo')
    return done
      ? { id, title, status: 'Completed', path: open ? own[0] : undefined }
      : { id, title, status: 'Cannot start yet', path: undefined }
  })
}
