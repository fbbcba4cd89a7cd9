// The application's pages: where they are, which section each belongs to, and its own words for what can go wrong.

import type { FlowPages } from '../../lib/flow-pages.ts'
import type { Words } from '../../words/words.ts'

/** The sections, with the steps they are made of. The path of a step is its id. */
export const sections = [
  { id: 'about', title: 'About you', steps: ['name', 'contact', 'address'] },
  { id: 'household', title: 'Your household', steps: ['company', 'person', 'people'] },
  {
    id: 'work',
    title: 'Your work',
    steps: ['employment', 'employer', 'studies', 'project', 'published', 'publication'],
  },
  { id: 'documents', title: 'Documents', steps: ['sample', 'enrolment'] },
  { id: 'send', title: 'Check and send', steps: ['check', 'unsent'] },
] as const

export const applicationPages: FlowPages = {
  flow: 'application',
  url: '/api/flows/application',
  base: '/application',
  start: '/application',
  questions: sections.flatMap(({ steps }) => steps.filter((step) => step !== 'unsent')),
  title: 'Residency application',
  noun: 'application',
  handoffLabel: 'Save and come back later',
  deviceFirst: false,
  messages: {
    session_gone: {
      title: 'This application was started over',
      text: ['That was here or in another tab.', 'Nothing was sent.', 'This page starts a new application.'],
      tone: 'calm',
    },
    finished: {
      title: 'You have already sent this application',
      text: ['Its questions are closed, because we read it as you sent it.'],
      tone: 'calm',
    },
  },
}

/** The line above a step's heading: `Section 2 of 5: Your household`. */
export function sectionLine(step: string, { t }: Words): string | undefined {
  const index = sections.findIndex(({ steps }) => (steps as readonly string[]).includes(step))
  const section = sections[index]
  if (!section) return undefined
  const place = { number: index + 1, of: sections.length, title: t(section.title) }
  return t('Section {number} of {of}: {title}', place)
}
