// The memory of the stand-in: bounded, and yet no key is charged twice.
import { expect, test } from 'vitest'
import { createCharges } from './charges.ts'
import type { Charge, Ledger } from './ledger.ts'
import type { Webhooks } from './webhooks.ts'

const silent: Webhooks = { send: async () => {}, close: () => {} }

function ledger(): Ledger & { written: Charge[] } {
  const written: Charge[] = []
  return { charges: [], written, append: async (charge) => void written.push(charge), close: async () => {} }
}
const ask = (idempotencyKey: string, token: string) => ({ idempotencyKey, amount: 100, token })

test('of refused keys only the latest are remembered, however many come', async () => {
  const { request: charge } = createCharges({ charged: ledger(), declined: ledger() }, silent, { maxKeys: 3 })
  for (let key = 0; key < 10; key++) expect((await charge(ask(`key ${key}`, 'tok_declined'))).status).toBe(402)
  // The oldest is forgotten: it may be used for something else. The latest is not.
  expect((await charge({ ...ask('key 0', 'tok_declined'), amount: 7 })).status).toBe(402)
  expect((await charge({ ...ask('key 9', 'tok_declined'), amount: 7 })).status).toBe(422)
})

test('a charge is remembered for ever, so at some number there are no more', async () => {
  const book = ledger()
  const { request: charge } = createCharges({ charged: book, declined: ledger() }, silent, {
    maxKeys: 1,
    maxCharges: 2,
  })
  for (const key of ['a', 'b']) expect((await charge(ask(key, 'tok_ok'))).status).toBe(200)
  for (const key of ['x', 'y', 'z']) await charge(ask(key, 'tok_declined'))
  expect((await charge(ask('c', 'tok_ok'))).status).toBe(503)
  expect((await charge(ask('a', 'tok_ok'))).status).toBe(200)
  expect(book.written.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'b'])
})
