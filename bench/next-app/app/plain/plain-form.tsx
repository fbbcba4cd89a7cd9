'use client'
// The same fields as in the demo's first step; what is typed is lost with the page.

import { useState } from 'react'
import { AddressFields, addressLabels } from '../../../../apps/demo/components/address-fields.tsx'
import { TextField } from '../../../../apps/demo/components/field.tsx'

const labels = { givenName: 'First name', familyName: 'Last name', ...addressLabels, email: 'Email address' }
type Name = keyof typeof labels

export function PlainForm() {
  const [values, setValues] = useState<Partial<Record<Name, string>>>({})
  const field = (name: Name) => ({
    id: name,
    label: labels[name],
    defaultValue: '',
    error: undefined,
  })
  return (
    <div className="columns">
      <div className="stack">
        <div className="heading">
          <h1>Address</h1>
        </div>
        <form
          className="fields"
          onChange={({ target }) => {
            const { name, value } = target as HTMLFormElement & { name: string; value: string }
            setValues((before) => ({ ...before, [name]: value }))
          }}
        >
          <TextField {...field('givenName')} autoComplete="given-name" />
          <TextField {...field('familyName')} autoComplete="family-name" />
          <AddressFields field={field} />
          <TextField {...field('email')} type="email" inputMode="email" autoComplete="email" spellCheck={false} />
          <div className="actions">
            <button type="submit" className="button">
              Continue
            </button>
          </div>
        </form>
        <p className="saved">{Object.values(values).filter(Boolean).length} fields are filled in</p>
      </div>
    </div>
  )
}
