'use client'
// The name that the assistant calls a person by, who needs no account.

import { TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import { StepPage } from '../step-page.tsx'
import { useWords } from '../words.tsx'
import { type AssistantProps, useAssistant } from './use-assistant.ts'

const labels = { name: 'Name' } as const

export function NameStep(props: AssistantProps) {
  const { t } = useWords()
  const step = useAssistant(props)
  return (
    <StepPage step={step} title={t('Your name')} labels={labels} progress="" back={{ href: '/', label: t('Back') }}>
      <p className="lede">
        {t('Hand in a document, then ask as many questions about it as you like.')}{' '}
        {t('You can go on at any time, on any of your devices.')}
      </p>
      <StepForm step={step} type="name.given" labels={labels}>
        {(field) => <TextField {...field('name')} autoComplete="given-name" spellCheck={false} />}
      </StepForm>
    </StepPage>
  )
}
