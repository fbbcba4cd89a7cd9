'use client'
// About you: a name, how to reach you, and where you live.

import { countries } from '../../flows/countries.ts'
import { SelectField, TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import { ApplicationPage } from './application-page.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

const nameLabels = { fullName: 'Full name', penName: 'Pen name (optional)' }

export function NameStep(props: ApplicationProps) {
  const step = useApplication('name', props)
  return (
    <ApplicationPage title="What is your name?" step={step}>
      <StepForm step={step} type="name.submitted" answers={step.view.context.answers.name} labels={nameLabels}>
        {(field) => (
          <>
            <TextField {...field('fullName')} autoComplete="name" spellCheck={false} />
            <TextField
              {...field('penName')}
              hint="If you write under another name"
              autoComplete="nickname"
              spellCheck={false}
            />
          </>
        )}
      </StepForm>
    </ApplicationPage>
  )
}

const contactLabels = { email: 'Email address', phone: 'Phone number (optional)' }

export function ContactStep(props: ApplicationProps) {
  const step = useApplication('contact', props)
  return (
    <ApplicationPage title="How can we reach you?" step={step}>
      <StepForm step={step} type="contact.submitted" answers={step.view.context.answers.contact} labels={contactLabels}>
        {(field) => (
          <>
            <TextField
              {...field('email')}
              hint="We write to it when we have decided"
              type="email"
              inputMode="email"
              autoComplete="email"
              spellCheck={false}
            />
            <TextField
              {...field('phone')}
              hint="With the country code if it is not a UK number"
              type="tel"
              inputMode="tel"
              autoComplete="tel"
              className="width-medium"
            />
          </>
        )}
      </StepForm>
    </ApplicationPage>
  )
}

const addressLabels = {
  line1: 'Address line 1',
  line2: 'Address line 2 (optional)',
  city: 'Town or city',
  postcode: 'Postcode',
  country: 'Country',
}

export function AddressStep(props: ApplicationProps) {
  const step = useApplication('address', props)
  return (
    <ApplicationPage title="Where do you live?" step={step}>
      <StepForm step={step} type="address.submitted" answers={step.view.context.answers.address} labels={addressLabels}>
        {(field) => (
          <>
            <TextField {...field('line1')} autoComplete="address-line1" />
            <TextField {...field('line2')} autoComplete="address-line2" />
            <TextField {...field('city')} autoComplete="address-level2" className="width-medium" />
            <TextField {...field('postcode')} autoComplete="postal-code" className="width-short" />
            <SelectField {...field('country')} autoComplete="country" className="width-medium">
              <option value="">Choose a country</option>
              {Object.entries(countries).map(([code, name]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </SelectField>
          </>
        )}
      </StepForm>
    </ApplicationPage>
  )
}
