'use client'
// The fields of a postal address, which both flows ask for.

import { countries } from '../flows/countries.ts'
import { SelectField, TextField } from './field.tsx'
import type { FieldOf } from './step-form.tsx'
import { useWords } from './words.tsx'

export const addressLabels = {
  line1: 'Address line 1',
  line2: 'Address line 2 (optional)',
  city: 'Town or city',
  postcode: 'Postcode',
  country: 'Country',
} as const

export function AddressFields({ field }: { field: FieldOf<keyof typeof addressLabels> }) {
  const { t, locale } = useWords()
  // In the order of the names in the person's own language.
  const collator = new Intl.Collator(locale)
  const named = Object.fromEntries(
    Object.entries(countries)
      .map(([code, name]) => [code, t(name)] as const)
      .sort(([, a], [, b]) => collator.compare(a, b)),
  )
  return (
    <>
      <TextField {...field('line1')} autoComplete="address-line1" />
      <TextField {...field('line2')} autoComplete="address-line2" />
      <TextField {...field('city')} autoComplete="address-level2" className="width-medium" />
      <TextField {...field('postcode')} autoComplete="postal-code" dir="ltr" className="width-short" />
      <SelectField
        {...field('country')}
        autoComplete="country"
        className="width-medium"
        empty={t('Choose a country')}
        options={named}
      />
    </>
  )
}
