'use client'
import { FlowForm } from 'dogear/react'
import { times } from '../flows/times'
import type { BookingStep } from './step'

const labels = {
  morning: 'Morning, 9:30 to 12:00',
  afternoon: 'Afternoon, 13:30 to 16:00',
  evening: 'Evening, 18:00 to 20:30',
}

export function TimeForm({ step }: BookingStep) {
  const { time } = step.view.context
  return (
    <FlowForm {...step.form('time.chosen')} answers={time && { time }}>
      {({ values }) => (
        <>
          <fieldset aria-describedby={step.errors.time && 'time-error'}>
            <legend>Saturday</legend>
            {step.errors.time && (
              <p className="error" id="time-error" {...step.alert}>
                {step.errors.time}
              </p>
            )}
            {times.map((one) => (
              <label key={one}>
                <input type="radio" name="time" value={one} defaultChecked={values.time === one} /> {labels[one]}
              </label>
            ))}
          </fieldset>
          <button type="submit">Continue</button>
        </>
      )}
    </FlowForm>
  )
}
