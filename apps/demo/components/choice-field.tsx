'use client'
// One answer out of a few, as radio buttons with a question, a hint and an error.

import type { InputHTMLAttributes, ReactNode } from 'react'
import { Descriptions, describedBy } from './field.tsx'
import { useWords } from './words.tsx'

type ChoiceFieldProps = {
  id: string
  /** The question. */
  label: ReactNode
  /** True where the page's heading has the question already. */
  inHeading?: boolean
  hint?: string | undefined
  error: string | undefined
  defaultValue: string
  options: Readonly<Record<string, string | { label: string; hint?: string }>>
}

export function ChoiceField({ id, label, inHeading = false, hint, error, defaultValue, options }: ChoiceFieldProps) {
  const { any } = useWords()
  const described = describedBy(id, hint, error)['aria-describedby']
  return (
    <fieldset className="choices field" data-wrong={error ? '' : undefined} aria-describedby={described}>
      <legend className={inHeading ? 'visually-hidden' : 'legend'}>{label}</legend>
      <Descriptions id={id} hint={hint} error={error} />
      {Object.entries(options).map(([value, option], index) => (
        <Choice
          key={value}
          label={any(typeof option === 'string' ? option : option.label)}
          hint={typeof option === 'object' && option.hint ? any(option.hint) : undefined}
          // The error summary leads to the name of the field, so the first option has it as its id.
          id={index === 0 ? id : `${id}-${value}`}
          name={id}
          value={value}
          defaultChecked={defaultValue === value}
        />
      ))}
    </fieldset>
  )
}

type ChoiceProps = InputHTMLAttributes<HTMLInputElement> & { id: string; label: string; hint?: string | undefined }

/** One radio button. Its hint can be clicked with the label, but describes the button and is not part of its name. */
export function Choice({ id, label, hint, ...input }: ChoiceProps) {
  return (
    <label className="choice">
      <input type="radio" id={id} aria-labelledby={`${id}-label`} aria-describedby={hint && `${id}-more`} {...input} />
      <span className="label" id={`${id}-label`}>
        {label}
      </span>
      {hint && (
        <span className="hint" id={`${id}-more`}>
          {hint}
        </span>
      )}
    </label>
  )
}

export const yesOrNo = { yes: 'Yes', no: 'No' } as const
