// An answer whose stream ends at any byte: it is whole from the byte on that completes its end, and none before that.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Completion } from '../../../../assistant/src/completions.ts'
import { deliver } from '../../../../assistant/src/delivery.ts'
import { replyOf } from '../../../../assistant/src/replies.ts'
import { createModel } from './model.ts'

const [cuts, atOnce] = [1_000, 20]
const text = '“Die Blüten 🌸🌺 – 機械は花を織る。” [1] 👩‍🔬 “Ψηφία, числа и قيم.” [2]'
const completion = {
  ...{ id: 'chatcmpl-1', created: 1, model: 'extract-1', text, finish: 'stop', again: false },
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
} as const satisfies Completion
const reply = replyOf(completion, { stream: true, includeUsage: false })
const body = Buffer.from(reply.parts.join(''))
const mark = body.indexOf('"finish_reason":"stop"')
/** The bytes up to the blank line behind the chunk that says the end. */
const end = body.indexOf('\n\n', mark) + 2

/** Each request says in its key where its answer is cut. */
const server = createServer(({ headers }, response) =>
  deliver(response, reply, { cut: Number(headers['idempotency-key']), released: Promise.resolve() }),
)
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())

async function askWith(bytes: number) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  let told = ''
  const answer = createModel({ url, key: 'none', model: 'extract-1' })({
    messages: [{ role: 'user', content: 'Why?' }],
    idempotencyKey: String(bytes),
    signal: new AbortController().signal,
    onText: (part) => {
      told += part
    },
  })
  const said = await answer.catch(({ code }: { code: string }) => ({ code }))
  expect({ bytes, told: text.startsWith(told) }).toEqual({ bytes, told: true })
  expect({ bytes, said }).toEqual({ bytes, said: bytes >= end ? text : { code: 'broken_off' } })
}

/** A byte that goes on with a character is the first one that is missing. */
const isWithin = (bytes: number): boolean => ((body[bytes] ?? 0) & 0xc0) === 0x80

it('is broken off or whole, cut at a thousand places of its stream', { timeout: 120_000 }, async () => {
  const places = fc.array(fc.nat(body.length), { minLength: atOnce, maxLength: atOnce })
  let within = 0
  const property = fc.asyncProperty(places, async (cuts) => {
    within += cuts.filter(isWithin).length
    await Promise.all(cuts.map(askWith))
  })
  // A failure names the seed.
  await fc.assert(property, { numRuns: cuts / atOnce, endOnFailure: true })
  expect(within).toBeGreaterThan(0)
})

it('is broken off or whole, cut at each byte of its end', { timeout: 60_000 }, async () => {
  const last = body.lastIndexOf('data: {', mark)
  await Promise.all(Array.from({ length: body.length - last + 1 }, (_, nth) => askWith(last + nth)))
})
