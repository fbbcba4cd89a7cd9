'use client'
import { FlowForm, useExpiry } from 'dogear/react'
import type { BookingStep } from './step'

const fields = [
  { name: 'name', label: 'Your name', type: 'text', autoComplete: 'name' },
  { name: 'email', label: 'Email address', type: 'email', autoComplete: 'email' },
]

export function GuestForm({ step }: BookingStep) {
  const hold = useExpiry(step, { timer: 'hold', every: true })
  return (
    <>
      <p>
        Your seat in the {step.view.context.time} is kept for {minutes(hold.leftMs)}.{' '}
        <a href={step.urlOf('time')}>Change the time</a>
      </p>
      <FlowForm {...step.form('guest.named')} answers={step.view.context.guest}>
        {({ values }) => (
          <>
            {fields.map(({ name, label, ...input }) => {
              const error = step.errors[name]
              return (
                <label key={name}>
                  {label}
                  {error && (
                    <span className="error" id={`${name}-error`}>
                      {error}
                    </span>
                  )}
                  <input
                    {...input}
                    name={name}
                    defaultValue={String(values[name] ?? '')}
                    aria-invalid={!!error}
                    aria-describedby={error && `${name}-error`}
                  />
                </label>
              )
            })}
            <button type="submit">Book the seat</button>
          </>
        )}
      </FlowForm>
    </>
  )
}

function minutes(ms: number | null): string {
  const whole = Math.floor((ms ?? 0) / 60_000)
  if (whole < 1) return 'less than a minute'
  return whole === 1 ? 'a minute' : `${whole} minutes`
}
