import { fromEffect } from 'dogear'
import { testEngine, visitor } from 'dogear/testing'
import { expect, test } from 'vitest'
import { booking, type Seat } from './booking'

const morning = { type: 'time.chosen', time: 'morning' } as const
const guest = { type: 'guest.named', name: 'Ada', email: 'ada@example.org' } as const
const again = { type: 'booking.restarted' } as const

test('books the seat of a guest, and says under which reference', async () => {
  const bookSeat = fromEffect<string, Seat>(async ({ input }) => `${input.name}/${input.time}`)
  const ada = visitor(testEngine({ flows: [booking.provide({ actors: { bookSeat } })] }), booking)
  await ada.send(morning)
  await ada.send(guest)
  expect(await ada.view()).toMatchObject({ step: 'booked', status: 'done', context: { reference: 'Ada/morning' } })
})

test('keeps a seat for ten minutes', async () => {
  const engine = testEngine({ flows: [booking] })
  const ada = visitor(engine, booking)
  await ada.send(morning)
  await engine.clock.advance('9 minutes')
  expect(await ada.view()).toMatchObject({ step: 'guest' })
  await engine.clock.advance('1 minute')
  expect(await ada.view()).toMatchObject({ step: 'released' })
  expect(await ada.send(again)).toMatchObject({ view: { step: 'time' } })
})

test('says so if the seat could not be booked, and lets the guest try again', async () => {
  const ada = visitor(testEngine({ flows: [booking], answers: { bookSeat: [new Error('no seats')] } }), booking)
  await ada.send(morning)
  await ada.send(guest)
  expect(await ada.view()).toMatchObject({ step: 'failed', context: { reference: null } })
  expect(await ada.send(again)).toMatchObject({ view: { step: 'time', context: { guest: { name: 'Ada' } } } })
})

test('books one seat, whatever happens to the browser and the server', async () => {
  const engine = testEngine({ flows: [booking], answers: { bookSeat: ['REF-1', 'REF-2'] } })
  const ada = visitor(engine, booking)
  await ada.send(morning)
  const phone = await ada.join()
  await engine.crash('mid-effect', () => phone.doubleClick(guest))
  await engine.clock.advance('1 minute')
  expect(await ada.view()).toMatchObject({ step: 'booked', context: { reference: 'REF-1' } })
})

test('takes no answer without a name', async () => {
  const ada = visitor(testEngine({ flows: [booking] }), booking)
  await ada.send(morning)
  const refused = await ada.send({ ...guest, name: ' ' })
  expect(refused).toMatchObject({ code: 'invalid_event', issues: [{ message: 'Enter your name' }] })
})
