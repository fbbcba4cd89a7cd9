// The booking: choose a time, say who comes, and the seat is yours. The pages know this file by its types alone.
import { defineFlow, fromEffect } from 'dogear'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { type Time, times } from './times'

const events = {
  'time.chosen': z.object({ time: z.enum(times, 'Choose a time') }),
  'guest.named': z.object({
    name: z.string('Enter your name').trim().min(1, 'Enter your name').max(80).meta({ pii: true }),
    email: z.email('Enter an email address, such as ada@example.org').meta({ pii: true }),
  }),
  'booking.restarted': z.object({}),
}

type Guest = z.infer<(typeof events)['guest.named']>
export type Seat = Guest & { time: Time | null }

const machine = setup({
  types: {
    context: {} as { time: Time | null; guest: Guest | null; reference: string | null },
    events: {} as
      | { type: 'time.chosen'; time: Time }
      | ({ type: 'guest.named' } & Guest)
      | { type: 'booking.restarted' },
  },
  actors: {
    // Work outside of the flow. The server puts in what it does: lib/engine.ts.
    bookSeat: fromEffect<string, Seat>(async () => {
      throw new Error('A seat is booked on the server')
    }),
  },
  delays: { hold: 10 * 60_000 },
  guards: { hasTime: ({ context }) => context.time !== null },
}).createMachine({
  id: 'booking',
  initial: 'time',
  context: { time: null, guest: null, reference: null },
  states: {
    time: {
      id: 'time',
      meta: { step: { path: 'time', title: 'Choose a time' } },
      route: {}, // people may come back here
      on: { 'time.chosen': { target: 'guest', actions: assign({ time: ({ event }) => event.time }) } },
    },
    guest: {
      id: 'guest',
      meta: { step: { path: 'guest', title: 'Your details' } },
      route: { guard: 'hasTime' },
      after: { hold: 'released' }, // goes off in time, also after a restart or a deploy
      on: {
        'guest.named': {
          target: 'booking',
          actions: assign({ guest: ({ event: { name, email } }) => ({ name, email }) }),
        },
      },
    },
    booking: {
      invoke: {
        id: 'bookSeat',
        src: 'bookSeat',
        input: ({ context: { time, guest } }) => ({ time, name: guest?.name ?? '', email: guest?.email ?? '' }),
        onDone: { target: 'booked', actions: assign({ reference: ({ event }) => event.output }) },
        onError: 'failed', // after the last attempt
      },
    },
    released: {
      id: 'released',
      meta: { step: { path: 'released', title: 'Your seat was released' } },
      on: { 'booking.restarted': 'time' },
    },
    failed: {
      id: 'failed',
      meta: { step: { path: 'failed', title: 'Your seat could not be booked' } },
      on: { 'booking.restarted': 'time' },
    },
    booked: { id: 'booked', type: 'final', meta: { step: { path: 'booked', title: 'Your seat is booked' } } },
  },
})

export const booking = defineFlow({ id: 'booking', version: 1, machine, events })
