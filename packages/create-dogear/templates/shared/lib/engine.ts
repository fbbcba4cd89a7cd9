// The engine: every flow of this app, with what only the server does.
import { createEngine, type Store } from 'dogear'
import { booking } from '../flows/booking'
import { bookSeat } from './book-seat'
import { DOGEAR_KEYS } from './env'

export const engineOn = (store: Store) =>
  createEngine({
    store,
    flows: [booking.provide({ actors: { bookSeat } })],
    keys: DOGEAR_KEYS,
    onError: console.error,
  })
