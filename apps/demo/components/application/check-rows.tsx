// The answers of an application as rows to read: by section, with the step each was given at.

import type { ReactNode } from 'react'
import { type DocumentKind, employments, genres, leaves, relations } from '../../flows/application/choices.ts'
import { formatSize } from '../../flows/application/documents.ts'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { sections } from '../../flows/application/pages.ts'
import { countries } from '../../flows/countries.ts'
import { Lines } from '../answer.tsx'

/** `what` completes "Change"; `query` says which one where a step has several. */
export type Row = { label: string; value: ReactNode; step: string; what: string; query?: string }

type Context = ApplicationView['context']

export function answersOf(context: Context): { id: string; title: string; rows: Row[] }[] {
  return sections
    .map(({ id, title, steps }) => ({ id, title, rows: steps.flatMap((step) => rowsOf(step, context)) }))
    .filter(({ rows }) => rows.length > 0)
}

const yesNo = { yes: 'Yes', no: 'No' }

function rowsOf(step: string, context: Context): Row[] {
  const { answers, people } = context
  const row = (label: string, value: ReactNode, what = label.toLowerCase()): Row => ({ label, value, step, what })
  switch (step) {
    case 'name':
      return [row('Full name', answers.name?.fullName), row('Pen name', answers.name?.penName)]
    case 'contact':
      return [row('Email address', answers.contact?.email), row('Phone number', answers.contact?.phone)]
    case 'address':
      return answers.address ? [row('Address', <Lines of={addressLines(answers.address)} />)] : []
    case 'company':
      return answers.company
        ? [row('Anyone comes with you', yesNo[answers.company.company], 'whether anyone comes')]
        : []
    case 'people':
      return people.length === 0
        ? []
        : [
            row('People', people.length, 'the list of people'),
            ...people.map(({ person, personName, relation, age }, index) => ({
              ...row(`Person ${index + 1}`, `${personName}, ${relations[relation].toLowerCase()}, ${age}`, personName),
              step: 'person',
              query: `?person=${person}`,
            })),
          ]
    case 'employment':
      return answers.employment ? [row('Your living', employments[answers.employment.employment].label)] : []
    case 'employer':
      return answers.employer
        ? [row('Employer', answers.employer.employer), row('Leave', leaves[answers.employer.leave])]
        : []
    case 'studies':
      return answers.studies
        ? [row('School or university', answers.studies.school), row('Course', answers.studies.course)]
        : []
    case 'project':
      return answers.project
        ? [
            row('Working title', answers.project.workTitle),
            row('What it is', genres[answers.project.genre]),
            row('What it is about', <span className="long-answer">{answers.project.summary}</span>),
          ]
        : []
    case 'published':
      return answers.published ? [row('Published before', yesNo[answers.published.published])] : []
    case 'publication':
      return answers.publication
        ? [
            row(
              'Latest book',
              <Lines
                of={[answers.publication.bookTitle, `${answers.publication.publisher}, ${answers.publication.year}`]}
              />,
            ),
          ]
        : []
    case 'sample':
      return [row('Writing sample', documentOf('sample', context))]
    case 'enrolment':
      return answers.enrolment ? [row('Proof of enrolment', documentOf('enrolment', context))] : []
    default:
      return []
  }
}

function documentOf(kind: DocumentKind, { answers }: Context): ReactNode {
  const document = answers[kind]?.document
  return (
    document && (
      <>
        <a href={`/api/documents/${document.id}`} download>
          {document.name}
        </a>{' '}
        <span className="hint">{formatSize(document.size)}</span>
      </>
    )
  )
}

function addressLines(address: NonNullable<Context['answers']['address']>) {
  return [address.line1, address.line2, address.city, address.postcode, countries[address.country]]
}
