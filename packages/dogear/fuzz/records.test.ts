// Stored records damaged in every place: each is read as one that may be used, or refused by a code and kept as it is.

import { describe, expect, it } from 'vitest'
import { type Codec, jsonCodec, msgpackCodec } from '../src/codec/codec.ts'
import { httpStatus } from '../src/errors.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Stored } from '../src/store/store.ts'
import { type People, randomToken, send } from './people.ts'
import { openWorld, serve } from './world.ts'

type Damaged = { codec: Codec; people: People; stored: Stored }

/** The code of the answer to a damaged record's owner; throws for an answer that is none, or for a change of it. */
async function judge({ codec, people, stored }: Damaged): Promise<string> {
  const store = memoryStore()
  const { id, cookie } = people.ada
  await store.commit(id, 0, { ...stored, ...stored.position, ttlMs: 3_600_000 })
  const { http, close } = serve(store, { codec })
  const bytes = async () => Buffer.from(((await store.read(id)) as Stored).bytes)
  const seen: string[] = []
  for (const [path, request] of [
    ['/trip', { method: 'GET' }],
    ['/trip/devices', { method: 'GET' }],
    ['/trip/events', { body: { opId: randomToken(), event: { type: 'trip.held' } } }],
    ['/trip/drafts/travellers', { method: 'PUT', body: { opId: randomToken(), values: { name: 'A' } } }],
    ['/trip/handoffs', { body: {} }],
  ] as const) {
    const before = await bytes()
    const { status, body } = await send(http, path, { ...request, cookie })
    if (status >= 400 && httpStatus[body.code as keyof typeof httpStatus] !== status)
      throw new Error(`${status} ${body.code}`)
    if (status >= 400 && !before.equals(await bytes())) throw new Error(`${path} was refused and changed the record`)
    seen.push(status >= 400 ? body.code : 'taken')
  }
  await close()
  return seen[0] as string
}

const codecs: [string, Codec][] = [
  ['MessagePack', msgpackCodec()],
  ['JSON', jsonCodec()],
]

describe.each(codecs)('a record in %s', (_, codec) => {
  const opened = async () => {
    const { store, people, close } = await openWorld(memoryStore(), { codec })
    const [ada, eve] = [(await store.read(people.ada.id)) as Stored, (await store.read(people.eve.id)) as Stored]
    await close()
    return { people, ada, eve }
  }
  const answers = async (damaged: readonly Uint8Array[], { people, ada }: { people: People; ada: Stored }) => {
    const codes: string[] = []
    for (const bytes of damaged) codes.push(await judge({ codec, people, stored: { ...ada, bytes } }))
    return codes
  }

  it('with any byte changed is used as what it says, or refused by a code and kept [M56]', async () => {
    const opening = await opened()
    const { bytes } = opening.ada
    // Another bit at every place; `npm run fuzz` turns all eight.
    const damaged = Array.from(bytes, (byte, at) => Uint8Array.from(bytes).fill(byte ^ (1 << (at % 8)), at, at + 1))
    const codes = await answers(damaged, opening)
    expect(codes).toContain('record_unreadable')
    expect(codes).toContain('taken')
  }, 120_000)

  it('cut off anywhere is unreadable, and kept [M56]', async () => {
    const opening = await opened()
    const { bytes } = opening.ada
    const codes = await answers(
      Array.from(bytes, (_, length) => bytes.slice(0, length)),
      opening,
    )
    expect(new Set(codes)).toEqual(new Set(['record_unreadable']))
  }, 120_000)

  it('that is none at all is unreadable, and kept [M56]', async () => {
    const opening = await opened()
    const { bytes } = opening.ada
    const none = [
      [],
      [0],
      [255],
      [192],
      [...bytes, 0],
      [...bytes, ...bytes],
      [...Buffer.from('null')],
      [...Buffer.from('{}')],
    ]
    const codes = await answers(
      none.map((one) => Uint8Array.from(one)),
      opening,
    )
    expect(new Set(codes)).toEqual(new Set(['record_unreadable']))
  })

  it('of another session opens nothing of it in this one’s place [M56]', async () => {
    const opening = await opened()
    const [code] = await answers([opening.eve.bytes], opening)
    expect(code).toBe('record_unreadable')
  })
})
