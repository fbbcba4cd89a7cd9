// The fields of a postal address, which both flows ask for.

import { countries } from '../flows/countries.ts'
import { SelectField, TextField } from './field.tsx'
import type { FieldOf } from './step-form.tsx'

export const addressLabels = {
  line1: 'Address line 1',
  line2: 'Address line 2 (optional)',
  city: 'Town or city',
  postcode: 'Postcode',
  country: 'Country',
}

export function AddressFields({ field }: { field: FieldOf<keyof typeof addressLabels> }) {
  return (
    <>
      <TextField {...field('line1')} autoComplete="address-line1" />
      <TextField {...field('line2')} autoComplete="address-line2" />
      <TextField {...field('city')} autoComplete="address-level2" className="width-medium" />
      <TextField {...field('postcode')} autoComplete="postal-code" className="width-short" />
      <SelectField
        {...field('country')}
        autoComplete="country"
        className="width-medium"
        empty="Choose a country"
        options={countries}
      />
    </>
  )
}
