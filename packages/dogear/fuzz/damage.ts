// Damage to a stored record that is not sealed, with the judgement of a server that reads and writes it.

import type { Codec } from '../src/codec/codec.ts'
import { httpStatus } from '../src/errors.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Stored } from '../src/store/store.ts'
import { type People, randomToken, send } from './people.ts'
import { openWorld, serve } from './world.ts'

export type Opening = { codec: Codec; people: People; ada: Stored; eve: Stored }

/** Two sessions as they are stored. */
export async function open(codec: Codec): Promise<Opening> {
  const { store, people, close } = await openWorld(memoryStore(), { codec, sealing: 'off' })
  const [ada, eve] = [(await store.read(people.ada.id)) as Stored, (await store.read(people.eve.id)) as Stored]
  await close()
  return { codec, people, ada, eve }
}

/** Copies with one bit turned each: at every `step`th of all bits. */
export function* flipped(bytes: Uint8Array, step: number): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit += step) {
    const at = Math.floor(bit / 8)
    const copy = Uint8Array.from(bytes)
    copy[at] = (bytes[at] as number) ^ (1 << (bit % 8))
    yield copy
  }
}

/** Copies cut off at every `step`th place. */
export function* cutOff(bytes: Uint8Array, step: number): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length += step) yield bytes.slice(0, length)
}

const requests = [
  ['/trip', { method: 'GET' }],
  ['/trip/devices', { method: 'GET' }],
  ['/trip/events', { body: { opId: randomToken(), event: { type: 'trip.held' } } }],
  ['/trip/drafts/travellers', { method: 'PUT', body: { opId: randomToken(), values: { name: 'A' } } }],
  ['/trip/handoffs', { body: {} }],
] as const

/** How often each code was the answer to the owner of the record, damaged like this: `none` where it was used. */
export async function judged(damaged: Iterable<Uint8Array>, opening: Opening): Promise<Record<string, number>> {
  const codes: Record<string, number> = {}
  for (const bytes of damaged) {
    const code = await judge(bytes, opening)
    codes[code] = (codes[code] ?? 0) + 1
  }
  return codes
}

/** Throws for an answer without a code of ours, and for a refusal that changes the record. */
async function judge(damaged: Uint8Array, { codec, people, ada }: Opening): Promise<string> {
  const store = memoryStore()
  const { id, cookie } = people.ada
  await store.commit(id, 0, { bytes: damaged, ...ada.position, ttlMs: 3_600_000 })
  const { http, close } = serve(store, { codec, sealing: 'off' })
  const bytes = async () => Buffer.from(((await store.read(id)) as Stored).bytes)
  const codes: string[] = []
  for (const [path, request] of requests) {
    const before = await bytes()
    const { status, body } = await send(http, path, { ...request, cookie })
    const what = `${path} answers ${status} ${body.code} to ${Buffer.from(damaged).toString('base64')}`
    if (status >= 400 && httpStatus[body.code as keyof typeof httpStatus] !== status) throw new Error(what)
    if (status >= 400 && !before.equals(await bytes())) throw new Error(`${what}, and changed it`)
    codes.push(status >= 400 ? body.code : 'none')
  }
  await close()
  return codes[0] as string
}
