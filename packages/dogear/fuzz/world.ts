// A server under attack, on a store of its own.

import type { EngineOptions } from '../src/engine/contract.ts'
import { createEngine } from '../src/engine/engine.ts'
import { createHttp, type Http } from '../src/http/index.ts'
import { around, type RequestName } from '../src/store/around.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Directory, Store } from '../src/store/store.ts'
import { type People, settle, site } from './people.ts'
import { trip, voyage } from './trip.ts'

export type World = {
  store: Store
  http: Http
  people: People
  /** Causes of answers of 500 and above, and of what the engine could not do. */
  reports: unknown[]
  /** Every stored record with its position, as text, by the id of its session. */
  records(): Promise<Map<string, string>>
  close(): Promise<void>
}

const keys = ['key-1:kuhLoC9Xj6T0BsxH7b_2W1vNzQe5RgDyPmA4fJ8iYtU']
const plenty = { points: 1_000_000, per: '1 minute' } as const
const limits = {
  wrongCodes: plenty,
  wrongCodesPerAddress: plenty,
  handoffsPerSession: plenty,
  sessionsPerAddress: plenty,
}

/** A server of nobody yet. */
export function serve(
  store: Store,
  options: Pick<EngineOptions, 'codec' | 'clock' | 'sealing'> = {},
): Omit<World, 'people'> {
  const reports: unknown[] = []
  const onError = (error: unknown) => reports.push(error)
  const engine = createEngine({ store, flows: [trip, voyage], effectWaitMs: 1, keys, onError, ...options })
  const http = createHttp({
    engine,
    keys,
    publicUrl: site,
    origins: [site],
    identify: (request) => /(?:^|; )user=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null,
    clientAddress: (request) => request.headers.get('x-address') ?? undefined,
    onError,
    limits,
  })
  return { store, http, reports, records: () => recordsIn(store), close: () => engine.close(0) }
}

/** A server with people on it. */
export async function openWorld(store: Store, options?: Parameters<typeof serve>[1]): Promise<World> {
  const served = serve(store, options)
  return { ...served, people: await settle(served.http) }
}

/** Opens any number of servers in memory, all with the same people: what was written for the first is written again. */
export async function sameWorlds(): Promise<() => Promise<World>> {
  const writes: ((to: Store) => unknown)[] = []
  const noted = around(memoryStore(), (request, name, args) => {
    if (isWrite(name)) writes.push((to) => callOf({ ...to, ...to.directory }, name)(...args))
    return request()
  })
  const { people, close } = await openWorld(noted)
  await close()
  return async () => {
    const store = memoryStore()
    for (const write of writes) await write(store)
    return { ...serve(store), people }
  }
}

const changing: readonly (RequestName | keyof Directory)[] = ['commit', 'remove', 'add', 'drop', 'putCode', 'dropCode']
const callOf = (members: object, name: RequestName) =>
  Reflect.get(members, name) as (...args: readonly unknown[]) => unknown
const isWrite = (name: RequestName): boolean => changing.includes(name)

async function recordsIn(store: Store): Promise<Map<string, string>> {
  const records = new Map<string, string>()
  let cursor: string | undefined
  do {
    const batch = await store.scan(cursor, 1000)
    for (const { id, stored } of batch.found) {
      const { epoch, revision, mark } = stored?.position ?? {}
      records.set(id, `${epoch}.${revision}.${mark} ${stored && Buffer.from(stored.bytes).toString('base64')}`)
    }
    cursor = batch.cursor
  } while (cursor !== undefined)
  return records
}
