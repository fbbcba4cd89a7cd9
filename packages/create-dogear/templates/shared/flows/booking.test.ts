import { createEngine, fromEffect, memoryStore } from 'dogear'
import { createHttp } from 'dogear/http'
import { expect, test } from 'vitest'
import { booking, type Seat } from './booking'

const minute = 60_000
const guest = { type: 'guest.named', name: 'Ada', email: 'ada@example.org' }

/** A visitor with a browser, at a server whose clock the test moves on. */
function visitor(bookSeat = async (_: { input: Seat }) => 'REF-1') {
  const clock = { now: Date.now() }
  const flow = booking.provide({ actors: { bookSeat: fromEffect<string, Seat>(bookSeat) } })
  const engine = createEngine({ store: memoryStore({ clock: () => clock.now }), flows: [flow], clock: () => clock.now })
  const http = createHttp({ engine, production: false, explain() {} })
  const url = 'http://localhost/api/flows/booking'
  let cookie = ''
  async function call(path: string, body?: object) {
    const headers = { cookie, origin: 'http://localhost', 'content-type': 'application/json' }
    const sent = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const response = await http.handle(new Request(url + path, { headers, ...sent }))
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return response.json()
  }
  return {
    clock,
    view: () => call(''),
    send: (event: object) => call('/events', { opId: crypto.randomUUID(), event }),
  }
}

test('books the seat of a guest, and says under which reference', async () => {
  const { send } = visitor(async ({ input }) => `${input.name}/${input.time}`)
  expect(await send({ type: 'time.chosen', time: 'evening' })).toMatchObject({ view: { step: 'guest' } })
  expect(await send(guest)).toMatchObject({
    view: { step: 'booked', status: 'done', context: { reference: 'Ada/evening' } },
  })
})

test('keeps a seat for ten minutes', async () => {
  const { clock, send, view } = visitor()
  await send({ type: 'time.chosen', time: 'morning' })
  clock.now += 9 * minute
  expect(await view()).toMatchObject({ step: 'guest' })
  clock.now += minute
  expect(await view()).toMatchObject({ step: 'released' })
  expect(await send({ type: 'booking.restarted' })).toMatchObject({ view: { step: 'time' } })
})

test('says so if the seat could not be booked, and lets the guest try again', async () => {
  const { send } = visitor(async () => {
    throw Object.assign(new Error('no seats'), { retryable: false })
  })
  await send({ type: 'time.chosen', time: 'morning' })
  expect(await send(guest)).toMatchObject({ view: { step: 'failed', context: { reference: null } } })
  expect(await send({ type: 'booking.restarted' })).toMatchObject({
    view: { step: 'time', context: { guest: { name: 'Ada' } } },
  })
})

test('takes no answer without a name', async () => {
  const { send } = visitor()
  await send({ type: 'time.chosen', time: 'morning' })
  const refused = await send({ ...guest, name: ' ' })
  expect(refused).toMatchObject({ code: 'invalid_event', issues: [{ message: 'Enter your name' }] })
})
