import type { EventOf, ViewOf } from 'dogear'
import type { Step } from 'dogear/react'
import type { booking } from '../flows/booking'

export type BookingStep = { step: Step<ViewOf<typeof booking>, EventOf<typeof booking>> }
