'use client'
// The list of people who come along: change one, remove one, or add another.

import { FlowForm } from 'dogear/react'
import { useEffect, useRef, useState } from 'react'
import { mostPeople, relations } from '../../flows/application/choices.ts'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import { stepUrl } from '../../lib/view.ts'
import { ChoiceField, yesOrNo } from '../choice-field.tsx'
import { Link } from '../link.tsx'
import { StepForm } from '../step-form.tsx'
import { ApplicationPage } from './application-page.tsx'
import { type ApplicationProps, type ApplicationStep, useApplication } from './use-application.ts'

type Person = ApplicationView['context']['people'][number]

const labels = { another: 'Does anyone else come with you?' }

export function PeopleStep(props: ApplicationProps) {
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
        {removed && `${removed.personName} was removed.`}
      </p>
      <p className="lede">{count === 1 ? 'One person comes with you.' : `${count} people come with you.`}</p>
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
              <p>All {mostPeople} beds are taken.</p>
            </>
          )
        }
      </StepForm>
    </ApplicationPage>
  )
}

function PersonCard({ person, step, onRemoved }: { person: Person; step: ApplicationStep; onRemoved: () => void }) {
  const { person: id, personName, relation, age } = person
  const { flow, onReply } = step
  return (
    <li className="sheet person-card">
      <div>
        <h2>{personName}</h2>
        <p className="hint">
          {relations[relation]}, {age === '1' ? '1 year' : `${age} years`} old
        </p>
      </div>
      <div className="person-actions">
        <Link href={`${stepUrl(applicationPages, 'person')}?person=${id}`}>
          Change<span className="visually-hidden"> {personName}</span>
        </Link>
        <details>
          <summary>
            Remove<span className="visually-hidden"> {personName}</span>
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
              Yes, remove {personName}
            </button>
          </FlowForm>
        </details>
      </div>
    </li>
  )
}
