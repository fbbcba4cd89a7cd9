'use client'
// The form of a step: its filled fields, the conflicts with another device, the button.

import type { View } from 'dogear'
import { FlowForm, useBusy } from 'dogear/react'
import type { ReactNode } from 'react'
import { labelsIn, namedMessages } from '../lib/labels.ts'
import type { Text } from '../words/words.ts'
import { ConflictBanner } from './conflict-banner.tsx'
import { busyLabel, refusalText } from './saved-indicator.tsx'
import type { DemoStep } from './use-demo-step.ts'
import { useWords } from './words.tsx'

type Values = Readonly<Record<string, string | readonly string[] | undefined>>

/** The properties that a form gives to one of its fields. */
export type FieldOf<Name extends string> = (name: Name) => {
  id: string
  label: string
  defaultValue: string
  error: string | undefined
}

type StepFormProps<V extends View, Name extends string> = {
  step: DemoStep<V>
  type: V['accepts'][number]
  /** The last submitted answers of the step, by the name of the field. */
  answers?: object | null | undefined
  /** The fields by name, as a person knows them. */
  labels: Readonly<Record<Name, Text>>
  submit?: ReactNode
  children: (field: FieldOf<Name>, values: Values) => ReactNode
}

export function StepForm<V extends View, Name extends string>(props: StepFormProps<V, Name>) {
  const { step, type, answers, labels, children } = props
  const { flow, errors, leaving } = step
  const busy = useBusy(flow, leaving)
  const words = useWords()
  const { t } = words
  const submit = props.submit ?? t('Continue')
  const named = labelsIn(labels, words)
  const messages = namedMessages(named, errors, words)
  return (
    <FlowForm className="fields" {...step.form(type)} answers={answers}>
      {({ values, conflict }) => {
        const field: FieldOf<Name> = (name) => {
          const value = values[name]
          const refused = flow.draft.refused[name]
          return {
            id: name,
            label: named[name] ?? name,
            defaultValue: typeof value === 'string' ? value : '',
            error: messages[name] ?? (refused?.status === 413 ? refusalText(refused, words) : undefined),
          }
        }
        return (
          <>
            {children(field, values)}
            {conflict && <ConflictBanner conflict={conflict} labels={named} />}
            <div className="actions">
              <button type="submit" className="button">
                {busyLabel(busy, words) ?? submit}
              </button>
            </div>
          </>
        )
      }}
    </FlowForm>
  )
}
