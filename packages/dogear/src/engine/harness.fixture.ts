// An engine on a memory store for tests, with a store wrapper that counts calls and injects faults.

import { randomBytes } from 'node:crypto'
import { vi } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { around } from '../store/around.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Credential, Engine, EngineOptions, Reply, SignedIn } from './contract.ts'
import { createEngine } from './engine.ts'

/** Waits until `check` passes; long enough for a busy machine. */
export const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 25_000, interval: 5 })

export const hash = (): string => randomBytes(32).toString('base64url')
export const mint = (): Credential => inside(hash())
/** A new secret for a session that is there already. */
export const inside = (id: string): Credential => ({ id, secretHash: hash(), sealedSelector: `sealed:${id}` })
/** The credential a server makes of the sealed selector it finds with an owner or a code. */
export const unseal = (sealedSelector: string): Credential => inside(sealedSelector.slice('sealed:'.length))

export type Watched = Store & { calls: string[] }

/** `store`, noting every request; `faults` may replace any method. */
export function watch(store: Store, faults: (inner: Store) => Partial<Store> = () => ({})): Watched {
  const calls: string[] = []
  const noted = around({ ...store, ...faults(store) }, (request, name) => {
    calls.push(name)
    return request()
  })
  return { ...noted, calls }
}

/** A store that cannot tell of commits. */
export function mute({ watch: _, ...store }: Store): Store {
  return store
}

export type Person = {
  caller: Caller
  send(type: string, payload?: object, place?: object): Promise<Reply>
  read(): ReturnType<Engine['read']>
}

/** Someone with a browser: keeps the credential the first accepted event gave. */
export function person(engine: Engine, credential?: Credential, owner?: SignedIn): Person {
  const caller: Caller = { credential, mint, label: 'Firefox on Linux', ...(owner ? { owner } : {}) }
  let operations = 0
  return {
    caller,
    read: () => engine.read('checkout', caller),
    async send(type, payload = {}, place = {}) {
      const reply = await engine.send('checkout', caller, {
        opId: `op-${hash()}-${++operations}`,
        event: { type, ...payload },
        ...place,
      })
      if (reply.created) caller.credential = reply.created
      return reply
    },
  }
}

export async function atReview(engine: Engine, owner?: SignedIn): Promise<Person> {
  const someone = person(engine, undefined, owner)
  await someone.send('shipping.submitted', { name: 'Ada' })
  await someone.send('payment.submitted', { token: 'tok_ok' })
  return someone
}

export type Rig = { engine: Engine; store: Watched; errors: unknown[]; emitted: unknown[] }

export function rig({
  flow = checkout,
  store = watch(memoryStore()),
  ...options
}: Partial<EngineOptions> & { flow?: EngineOptions['flows'][number]; store?: Watched } = {}): Rig {
  const errors: unknown[] = []
  const emitted: unknown[] = []
  const engine = createEngine({
    flows: [flow],
    store,
    onError: (error) => errors.push(error),
    onEmit: (event) => emitted.push(event),
    ...options,
  })
  return { engine, store, errors, emitted }
}
