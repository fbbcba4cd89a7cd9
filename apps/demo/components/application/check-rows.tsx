'use client'
// The answers of an application as rows to read: by section, with the step each was given at.

import type { ReactNode } from 'react'
import { type DocumentKind, employments, genres, leaves, relations } from '../../flows/application/choices.ts'
import { formatSize } from '../../flows/application/documents.ts'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { sections } from '../../flows/application/pages.ts'
import { countries } from '../../flows/countries.ts'
import type { Text, Words } from '../../words/words.ts'
import { Lines } from '../answer.tsx'
import { Ltr } from '../bidi.tsx'
import { useWords } from '../words.tsx'

/** `what` completes "Change"; `query` says which one where a step has several. */
export type Row = { label: string; value: ReactNode; step: string; what: string; query?: string }

const ltr = (text: string | undefined) => text && <Ltr>{text}</Ltr>

type Context = ApplicationView['context']

export function answersOf(context: Context, words: Words): { id: string; title: string; rows: Row[] }[] {
  return sections
    .map(({ id, title, steps }) => ({
      id,
      title: words.t(title),
      rows: steps.flatMap((step) => rowsOf(step, context, words)),
    }))
    .filter(({ rows }) => rows.length > 0)
}

const yesNo = { yes: 'Yes', no: 'No' } as const

function rowsOf(step: string, context: Context, words: Words): Row[] {
  const { t } = words
  const { answers, people } = context
  const row = (label: Text, value: ReactNode, what?: Text): Row => {
    const named = t(label)
    // In German a noun is written with a capital.
    return { label: named, value, step, what: what ? t(what) : words.lang === 'en' ? named.toLowerCase() : named }
  }
  switch (step) {
    case 'name':
      return [row('Full name', answers.name?.fullName), row('Pen name', answers.name?.penName)]
    case 'contact':
      return [row('Email address', ltr(answers.contact?.email)), row('Phone number', ltr(answers.contact?.phone))]
    case 'address':
      return answers.address ? [row('Address', <Lines of={addressLines(answers.address, words)} />)] : []
    case 'company':
      return answers.company
        ? [row('Anyone comes with you', t(yesNo[answers.company.company]), 'whether anyone comes')]
        : []
    case 'people':
      return people.length === 0
        ? []
        : [
            row('People', people.length, 'the list of people'),
            ...people.map(({ person, personName, relation, age }, index) => ({
              label: t('Person {number}', { number: index + 1 }),
              value: <PersonLine name={personName} relation={t(relations[relation])} age={age} />,
              what: personName,
              step: 'person',
              query: `?person=${person}`,
            })),
          ]
    case 'employment':
      return answers.employment ? [row('Your living', t(employments[answers.employment.employment].label))] : []
    case 'employer':
      return answers.employer
        ? [row('Employer', answers.employer.employer), row('Leave', t(leaves[answers.employer.leave]))]
        : []
    case 'studies':
      return answers.studies
        ? [row('School or university', answers.studies.school), row('Course', answers.studies.course)]
        : []
    case 'project':
      return answers.project
        ? [
            row('Working title', answers.project.workTitle),
            row('What it is', t(genres[answers.project.genre])),
            row('What it is about', <span className="long-answer">{answers.project.summary}</span>),
          ]
        : []
    case 'published':
      return answers.published ? [row('Published before', t(yesNo[answers.published.published]))] : []
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
      return [row('Writing sample', documentOf('sample', context, words))]
    case 'enrolment':
      return answers.enrolment ? [row('Proof of enrolment', documentOf('enrolment', context, words))] : []
    default:
      return []
  }
}

function PersonLine({ name, relation, age }: { name: string; relation: string; age: string }) {
  const { lang } = useWords()
  return (
    <>
      <bdi>{name}</bdi>, {lang === 'en' ? relation.toLowerCase() : relation}, {age}
    </>
  )
}

function documentOf(kind: DocumentKind, { answers }: Context, { locale }: Words): ReactNode {
  const document = answers[kind]?.document
  return (
    document && (
      <>
        <a href={`/api/documents/${document.id}`} download>
          <bdi>{document.name}</bdi>
        </a>{' '}
        <span className="hint">{formatSize(document.size, locale)}</span>
      </>
    )
  )
}

function addressLines(address: NonNullable<Context['answers']['address']>, { t }: Words) {
  return [address.line1, address.line2, address.city, address.postcode, t(countries[address.country])]
}
