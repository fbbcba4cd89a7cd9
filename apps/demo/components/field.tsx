'use client'
// A labelled field with its hint and its error, wired up for assistive technology.

import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from 'react'
import { useWords } from './words.tsx'

type FieldProps = { id: string; label: string; hint?: string | undefined; error?: string | undefined }
type TextFieldProps = FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>

export function TextField({ id, label, hint, error, ...input }: TextFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input id={id} name={id} type="text" {...input} {...describedBy(id, hint, error)} />
    </Field>
  )
}

type SelectFieldProps = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id'> & {
    /** The first option, which means no answer. */
    empty: string
    /** The other options: what a person sees, by the value that is sent. */
    options: Readonly<Record<string, string>>
  }

export function SelectField({ id, label, hint, error, empty, options, ...select }: SelectFieldProps) {
  const { any } = useWords()
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <select id={id} name={id} {...select} {...describedBy(id, hint, error)}>
        <option value="">{empty}</option>
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {any(text)}
          </option>
        ))}
      </select>
    </Field>
  )
}

/** The frame of any control that is called `id` and described by `describedBy`. */
export function Field({ id, label, hint, error, children }: FieldProps & { children: ReactNode }) {
  return (
    <div className="field" data-wrong={error ? '' : undefined}>
      <label htmlFor={id}>{label}</label>
      <Descriptions id={id} hint={hint} error={error} />
      {children}
    </div>
  )
}

/** The hint and the error of the control `id`, as `describedBy` refers to them. */
export function Descriptions({ id, hint, error }: Pick<FieldProps, 'id' | 'hint' | 'error'>) {
  const { t } = useWords()
  return (
    <>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          <span className="visually-hidden">{t('Error:')} </span>
          {error}
        </p>
      )}
    </>
  )
}

export function describedBy(id: string, hint: string | undefined, error: string | undefined) {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? true : undefined }
}
