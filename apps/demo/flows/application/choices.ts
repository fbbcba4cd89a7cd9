// The choices of the application, in the words people see. Light enough for every page.

export const relations = {
  partner: 'Partner',
  child: 'Child',
  parent: 'Parent',
  friend: 'Friend',
  carer: 'Carer',
} as const

export const employments = {
  employed: { label: 'Employed', hint: 'You work for someone else, full or part time' },
  'self-employed': { label: 'Self-employed', hint: 'Including writing for a living' },
  studying: { label: 'Studying', hint: 'At a school, college or university' },
  none: { label: 'None of these', hint: 'For example caring for someone, retired, or between jobs' },
} as const

export const leaves = {
  agreed: 'Yes, it is agreed',
  asked: 'I have asked, and there is no answer yet',
  'not-asked': 'I have not asked yet',
} as const

export const genres = {
  novel: 'Novel',
  stories: 'Short stories',
  poetry: 'Poetry',
  nonfiction: 'Non-fiction',
  play: 'Play or screenplay',
} as const

export const summaryLength = 1500
export const mostPeople = 8

/** The questions answered by a file. */
export const documentKinds = ['sample', 'enrolment'] as const
export type DocumentKind = (typeof documentKinds)[number]

export const maxDocumentBytes: number = 5 * 1024 * 1024

/** The names of `choices`, for a schema. */
export function namesOf<const Choices extends object>(choices: Choices): [keyof Choices, ...(keyof Choices)[]] {
  return Object.keys(choices) as [keyof Choices, ...(keyof Choices)[]]
}

/** The name of a field in the form about one person: `age-p2`, and plainly `age` for someone new. */
export function fieldOf<Name extends string>(name: Name, person: string | undefined): Name | `${Name}-${string}` {
  return person === undefined ? name : `${name}-${person}`
}
