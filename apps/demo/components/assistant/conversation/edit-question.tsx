'use client'
// The last question in other words, folded away until it is wanted.

import { FlowForm } from 'dogear/react'
import { describedBy, Field } from '../../field.tsx'
import { useWords } from '../../words.tsx'
import { focusOnQuestion } from '../press.tsx'
import type { AssistantStep } from '../use-assistant.ts'

type EditProps = { step: AssistantStep; question: { id: number; text: string } }

export function EditQuestion({ step, question: { id, text } }: EditProps) {
  const { t, any } = useWords()
  const name = `edit-${id}`
  return (
    <FlowForm
      {...step.form('question.edited')}
      name={name}
      answers={{ text }}
      onReply={(reply) => {
        // A wrong question is told at its field.
        if (reply.ok || reply.problem.code !== 'invalid_event') step.onReply(reply)
        if (reply.ok) focusOnQuestion(reply.view)
      }}
    >
      {({ values, issues }) => {
        const error = issues[0] && any(issues[0].message)
        return (
          <details className="edit" open={error !== undefined || undefined}>
            <summary className="link">{t('Edit')}</summary>
            <div className="fields">
              <Field id={name} label={t('The question in other words')} error={error}>
                <textarea
                  id={name}
                  name="text"
                  rows={2}
                  dir="auto"
                  defaultValue={String(values.text ?? text)}
                  {...describedBy(name, undefined, error)}
                />
              </Field>
              <div>
                <button type="submit" className="button quiet">
                  {t('Ask this instead')}
                </button>
              </div>
            </div>
          </details>
        )
      }}
    </FlowForm>
  )
}
