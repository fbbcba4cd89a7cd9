// Every call settles within the deadline, whichever part of store or codec gives no answer.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Codec, msgpackCodec } from '../codec/codec.ts'
import { memoryStore } from '../store/memory.ts'
import type { Directory, Store } from '../store/store.ts'
import type { Credential } from './contract.ts'
import { makeOffer } from './handover.fixture.ts'
import { atReview, inside, type Person, person, type Rig, rig, watch } from './harness.fixture.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const deadlineMs = 3_000
const never = (): Promise<never> => new Promise(() => {})
const parts = ['now', 'read', 'commit', 'remove', 'hold', 'directory', 'encode', 'decode'] as const
type Part = (typeof parts)[number]

/** An engine of which the parts in `down` give no answer, with an empty cache. */
function world(): { down: Set<Part>; start: () => Rig } {
  const down = new Set<Part>()
  const inner = memoryStore()
  const or = <Args extends unknown[], T>(part: Part, call: (...args: Args) => Promise<T>) => {
    return (...args: Args): Promise<T> => (down.has(part) ? never() : call(...args))
  }
  const faults = ({ read, commit, remove, hold, now, directory }: Store): Partial<Store> => ({
    ...{ read: or('read', read), commit: or('commit', commit), remove: or('remove', remove), hold: or('hold', hold) },
    now: or('now', now),
    directory: Object.fromEntries(
      Object.entries(directory).map(([name, call]) => [name, or('directory', call as () => Promise<unknown>)]),
    ) as unknown as Directory,
  })
  const plain = msgpackCodec()
  const codec: Codec = {
    encode: or('encode', async (record) => plain.encode(record)),
    decode: or('decode', async (bytes) => plain.decode(bytes)),
  }
  return { down, start: () => rig({ store: watch(inner, faults), codec, deadlineMs, effectWaitMs: 1 }) }
}

const owner = { id: 'ada', label: 'a•••' }
type Call = (engine: Rig['engine'], someone: Person) => Promise<unknown>
const calls: Record<string, Call> = {
  read: (engine, { caller }) => engine.read('checkout', caller),
  'send, as the first event': (engine) => person(engine).send('shipping.submitted', { name: 'Ada' }),
  'send, which starts an effect': (engine, { caller }) =>
    engine.send('checkout', caller, { opId: 'order-1', event: { type: 'order.placed' } }),
  sendForm: (engine, { caller }) => {
    const request = { opId: 'form-1', step: 'review', event: { type: 'note.added' } }
    return engine.sendForm('checkout', caller, { request, values: {} })
  },
  saveDraft: (engine, { caller }) =>
    engine.saveDraft('checkout', caller, { opId: 'draft-1', step: 'shipping', values: { name: 'A' } }),
  extend: (engine, { caller }) => engine.extend('checkout', caller),
  destroy: (engine, { caller }) => engine.destroy('checkout', caller.credential as Credential),
  devices: (engine, { caller }) => engine.devices('checkout', caller),
  offerHandoff: (engine, { caller }) =>
    engine.offerHandoff('checkout', caller, makeOffer(caller.credential?.id ?? '').offer),
  findHandoff: (engine) => engine.findHandoff({ kind: 'code', locator: 'x', hash: 'y' }),
  attach: (engine, { caller }) => engine.attach('checkout', { ...caller, owner }, inside(caller.credential?.id ?? '')),
  sessionsOf: (engine) => engine.sessionsOf(owner, new Map()),
}

/** The outcome of each call `afterMs` from now. */
async function outcomesOf(calls: Promise<unknown>[], afterMs = deadlineMs): Promise<unknown[]> {
  const outcomes: unknown[] = calls.map(() => 'still waits')
  for (const [index, call] of calls.entries())
    call.then(
      () => (outcomes[index] = 'answered'),
      (error: { code?: string }) => (outcomes[index] = error.code ?? error),
    )
  await vi.advanceTimersByTimeAsync(afterMs)
  return outcomes
}

describe.each(parts)('without an answer of %s', (part) => {
  it.each(Object.keys(calls))('%s settles', async (name) => {
    const { down, start } = world()
    const someone = await atReview(start().engine, owner)
    const { engine } = start()
    down.add(part)
    // One that has started an effect waits for that as well.
    const [outcome] = await outcomesOf([(calls[name] as Call)(engine, someone)], deadlineMs + 1)
    expect(outcome).toMatch(/^(answered|store_unavailable|.*_gone)$/)
  })
})

it.each(['now', 'read', 'commit', 'encode', 'decode'] as const)(
  'many calls for one session, without an answer of %s, do not wait for each other',
  async (part) => {
    const { down, start } = world()
    const someone = await atReview(start().engine)
    const { engine } = start()
    down.add(part)
    const send = (n: number) =>
      engine.send('checkout', someone.caller, { opId: `operation-${n}`, event: { type: 'note.added' } })
    const outcomes = await outcomesOf(Array.from({ length: 20 }, (_, n) => send(n)))
    expect(new Set(outcomes)).toEqual(new Set(['store_unavailable']))
  },
)

it('an event that waited behind others for too long is not applied later', async () => {
  const { down, start } = world()
  const someone = await atReview(start().engine)
  const { engine, store } = start()
  down.add('read')
  const send = (n: number) =>
    engine.send('checkout', someone.caller, { opId: `operation-${n}`, event: { type: 'note.added' } })
  expect(await outcomesOf([1, 2, 3].map(send))).toEqual(Array.from({ length: 3 }, () => 'store_unavailable'))
  down.clear()
  await vi.advanceTimersByTimeAsync(10 * deadlineMs)
  expect(store.calls.filter((call) => call === 'commit')).toEqual([])
})

it('a commit that comes too late for its caller starts its effect all the same', async () => {
  let release: () => void = () => {}
  const inner = memoryStore()
  const slow = { on: false }
  const store = watch(inner, () => ({
    read: async (...args) => {
      if (slow.on) await new Promise<void>((resolve) => setTimeout(resolve, deadlineMs - 500))
      return inner.read(...args)
    },
    commit: async (...args) => {
      if (slow.on) await new Promise<void>((resolve) => (release = resolve))
      return inner.commit(...args)
    },
  }))
  const first = rig({ store: watch(inner), effectWaitMs: 1 })
  const someone = await atReview(first.engine)
  const { engine } = rig({ store, deadlineMs, effectWaitMs: 1 })
  slow.on = true
  const request = { opId: 'order-1', event: { type: 'order.placed' } }
  expect(await outcomesOf([engine.send('checkout', someone.caller, request)])).toEqual(['store_unavailable'])
  slow.on = false
  release()
  await vi.advanceTimersByTimeAsync(100)
  expect(await first.engine.read('checkout', someone.caller)).toMatchObject({ step: 'confirmed' })
})
