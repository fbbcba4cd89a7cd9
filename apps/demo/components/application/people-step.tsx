'use client'
// The list of people who come along: change one, remove one, or add another.

import { FlowForm } from 'dogear/react'
import { useEffect, useRef, useState } from 'react'
import { mostPeople, relations } from '../../flows/application/choices.ts'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import { stepUrl } from '../../lib/view.ts'
import { yearsOf } from '../../lib/words.ts'
import { ChoiceField, yesOrNo } from '../choice-field.tsx'
import { Link } from '../link.tsx'
import { StepForm } from '../step-form.tsx'
import { useWords } from '../words.tsx'
import { ApplicationPage } from './application-page.tsx'
import { type ApplicationProps, type ApplicationStep, useApplication } from './use-application.ts'

type Person = ApplicationView['context']['people'][number]

const labels = { another: 'Does anyone else come with you?' } as const

export function PeopleStep(props: ApplicationProps) {
  const { t } = useWords()
  const step = useApplication(props)
  const { people, peopleListed } = step.view.context
  const [removed, setRemoved] = useState<Person>()
  const said = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (removed) said.current?.focus()
  }, [removed])

  const count = people.length
  return (
    <ApplicationPage step={step}>
      <p role="status" tabIndex={-1} ref={said} className={removed ? 'notice' : 'visually-hidden'}>
        {removed && t('{name} was removed.', { name: removed.personName })}
      </p>
      <p className="lede">
        {count === 1 ? t('One person comes with you.') : t('{count} people come with you.', { count })}
      </p>
      <ul className="cards fill">
        {people.map((person) => (
          <PersonCard key={person.person} person={person} step={step} onRemoved={() => setRemoved(person)} />
        ))}
      </ul>
      <StepForm
        step={step}
        type="people.submitted"
        answers={peopleListed ? { another: 'no' } : undefined}
        labels={labels}
      >
        {(field) =>
          count < mostPeople ? (
            <ChoiceField {...field('another')} options={yesOrNo} />
          ) : (
            <>
              <input type="hidden" name="another" value="no" />
              <p>{t('All {count} beds are taken.', { count: mostPeople })}</p>
            </>
          )
        }
      </StepForm>
    </ApplicationPage>
  )
}

function PersonCard({ person, step, onRemoved }: { person: Person; step: ApplicationStep; onRemoved: () => void }) {
  const words = useWords()
  const { t } = words
  const { person: id, personName, relation, age } = person
  const { flow, onReply } = step
  return (
    <li className="sheet person-card">
      <div>
        <h2>
          <bdi>{personName}</bdi>
        </h2>
        <p className="hint">
          {t('{relation}, {age} old', { relation: t(relations[relation]), age: yearsOf(Number(age), words) })}
        </p>
      </div>
      <div className="person-actions">
        <Link href={`${stepUrl(applicationPages, 'person')}?person=${id}`}>
          {t('Change')}
          <span className="visually-hidden"> {personName}</span>
        </Link>
        <details>
          <summary className="link">
            {t('Remove')}
            <span className="visually-hidden"> {personName}</span>
          </summary>
          <FlowForm
            flow={flow}
            step="people"
            type="person.removed"
            autosave={false}
            onReply={(reply) => {
              if (reply.ok) onRemoved()
              onReply(reply)
            }}
          >
            <input type="hidden" name="person" value={id} />
            <button type="submit" className="button quiet">
              {t('Yes, remove {name}', { name: personName })}
            </button>
          </FlowForm>
        </details>
      </div>
    </li>
  )
}
