// One answer out of a few, as radio buttons with a question, a hint and an error.

import type { ReactNode } from 'react'

type ChoiceFieldProps = {
  id: string
  /** The question. */
  label: ReactNode
  /** True where the page's heading asks it already. */
  inHeading?: boolean
  hint?: string | undefined
  error: string | undefined
  defaultValue: string
  options: Readonly<Record<string, string | { label: string; hint?: string }>>
}

export function ChoiceField({ id, label, inHeading = false, hint, error, defaultValue, options }: ChoiceFieldProps) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <fieldset className="choices field" data-wrong={error ? '' : undefined} aria-describedby={described || undefined}>
      <legend className={inHeading ? 'visually-hidden' : 'legend'}>{label}</legend>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          <span className="visually-hidden">Error: </span>
          {error}
        </p>
      )}
      {Object.entries(options).map(([value, option], index) => {
        const { label: text, hint: more } = typeof option === 'string' ? { label: option } : { ...option }
        // The first one goes by the name of the field: that is where the error summary leads.
        const own = index === 0 ? id : `${id}-${value}`
        return (
          <label className="choice" key={value}>
            <input
              type="radio"
              id={own}
              name={id}
              value={value}
              defaultChecked={defaultValue === value}
              // The hint is inside of the label, to be clicked; it is no part of the name.
              aria-labelledby={`${own}-label`}
              aria-describedby={more && `${own}-more`}
            />
            <span className="label" id={`${own}-label`}>
              {text}
            </span>
            {more && (
              <span className="hint" id={`${own}-more`}>
                {more}
              </span>
            )}
          </label>
        )
      })}
    </fieldset>
  )
}

export const yesOrNo = { yes: 'Yes', no: 'No' } as const
