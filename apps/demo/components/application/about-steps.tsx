'use client'
// About you: a name, how to reach you, and where you live.

import { AddressFields, addressLabels } from '../address-fields.tsx'
import { TextField } from '../field.tsx'
import { useWords } from '../words.tsx'
import { QuestionPage } from './question-page.tsx'
import type { ApplicationProps } from './use-application.ts'

const nameLabels = { fullName: 'Full name', penName: 'Pen name (optional)' } as const

export function NameStep(props: ApplicationProps) {
  const { t } = useWords()
  return (
    <QuestionPage {...props} question="name" labels={nameLabels}>
      {(field) => (
        <>
          <TextField {...field('fullName')} autoComplete="name" spellCheck={false} />
          <TextField
            {...field('penName')}
            hint={t('If you write under another name')}
            autoComplete="nickname"
            spellCheck={false}
          />
        </>
      )}
    </QuestionPage>
  )
}

const contactLabels = { email: 'Email address', phone: 'Phone number (optional)' } as const

export function ContactStep(props: ApplicationProps) {
  const { t } = useWords()
  return (
    <QuestionPage {...props} question="contact" labels={contactLabels}>
      {(field) => (
        <>
          <TextField
            {...field('email')}
            hint={t('We write to it when we have decided')}
            type="email"
            inputMode="email"
            dir="ltr"
            autoComplete="email"
            spellCheck={false}
          />
          <TextField
            {...field('phone')}
            hint={t('With the country code if it is not a UK number')}
            type="tel"
            inputMode="tel"
            dir="ltr"
            autoComplete="tel"
            className="width-medium"
          />
        </>
      )}
    </QuestionPage>
  )
}

export function AddressStep(props: ApplicationProps) {
  return (
    <QuestionPage {...props} question="address" labels={addressLabels}>
      {(field) => <AddressFields field={field} />}
    </QuestionPage>
  )
}
