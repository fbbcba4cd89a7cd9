// `npm run bench -- codecs [--rounds=15] [--ms=20]`: bytes and microseconds of every codec, by the size of a context.

import { parseArgs } from 'node:util'
import { type Codec, jsonCodec, msgpackCodec } from 'dogear'
import { protobufCodec } from 'dogear/protobuf'
import { BasketSchema, Plan } from '../packages/dogear/fixtures/checkout.gen.ts'
import { newRecord, type SessionRecord } from '../packages/dogear/src/turn/record.ts'
import { start } from '../packages/dogear/src/turn/session.fixture.ts'
import { flow } from './flow.ts'
import { median } from './rounds.ts'

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { rounds: { type: 'string', default: '15' }, ms: { type: 'string', default: '20' } },
})
const codecs: Record<string, Codec> = {
  MessagePack: msgpackCodec(),
  JSON: jsonCodec(),
  'Protocol Buffers': protobufCodec({ contexts: { [flow.id]: BasketSchema } }),
}
const titles = [
  'Notebook, ruled',
  'A pen that writes upside down',
  'Ink',
  'Bookmark of brass',
  'Paper clips, 100 pieces',
]

/** The context of a basket with as many items as fit into `bytes` of JSON. */
function basketOf(bytes: number) {
  const items: object[] = []
  const basket = {
    ...{ name: 'Ada Lovelace', email: 'ada@example.com', plan: Plan.PRO, items },
    address: { street: '12 St James Square', city: 'London' },
  }
  const size = () => Buffer.byteLength(JSON.stringify(basket))
  while (size() < bytes) {
    const index = items.length
    const title = `${titles[index % titles.length]}`
    items.push({
      sku: `SKU-${10_000 + index * 37}`,
      title,
      quantity: 1 + (index % 4),
      cents: 499 + 13 * index,
      gift: index % 3 === 0,
    })
  }
  // One past the size is closer to it than none.
  return { context: basket, bytes: size() }
}

type Case = { codec: Codec; name: string; record: SessionRecord; bytes: number; encode: number[]; decode: number[] }
const place = { session: '', position: { epoch: 0, revision: 0, mark: '' } }

/** The microseconds of one call, over as many as fit into the time. */
function microsOf(call: () => unknown): number {
  const end = performance.now() + Number(values.ms)
  const begun = performance.now()
  let count = 0
  let now = begun
  while (now < end) {
    for (let index = 0; index < 8; index++) call()
    count += 8
    now = performance.now()
  }
  return ((now - begun) * 1_000) / count
}

function play({ codec, record, encode, decode }: Case): void {
  const stored = codec.encode(record, place) as Uint8Array
  encode.push(microsOf(() => codec.encode(record, place)))
  decode.push(microsOf(() => codec.decode(stored, place)))
}

console.log(`\nA record by codec (${values.rounds} rounds, medians)`)
console.log('  context      codec                 bytes     encode     decode')
const sizes = [200, 1_000, 10_000, 60_000].map((bytes) => {
  const { context, bytes: size } = basketOf(bytes)
  const record = newRecord(flow, { status: 'active', value: 'form', context }, start)
  const cases = Object.entries(codecs).map(([name, codec]): Case => {
    const stored = codec.encode(record, place) as Uint8Array
    return { codec, name, record, bytes: stored.length, encode: [], decode: [] }
  })
  return { label: `${(size / 1_000).toFixed(1)} kB`, cases }
})
// The cases alternate, so that a busy machine slows all alike. The first round is for the compiler.
const rounds = Number(values.rounds) + 1
for (let round = 0; round < rounds; round++) for (const { cases } of sizes) for (const one of cases) play(one)
for (const { label, cases } of sizes)
  for (const { name, bytes, encode, decode } of cases) {
    const [encoded, decoded] = [encode, decode].map((micros) => `${median(micros.slice(1)).toFixed(1)} µs`.padStart(11))
    console.log(`  ${label.padEnd(12)} ${name.padEnd(18)} ${String(bytes).padStart(8)}${encoded}${decoded}`)
  }
