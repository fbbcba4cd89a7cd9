'use client'
import { FlowForm } from 'dogear/react'
import type { BookingStep } from './step'

export function RestartForm({ step }: BookingStep) {
  return (
    <FlowForm {...step.form('booking.restarted')}>
      <p>Nothing was booked. Your details are still here.</p>
      <button type="submit">Choose a time again</button>
    </FlowForm>
  )
}
