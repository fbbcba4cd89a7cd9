// Many writers on many sessions of a store, what each was told, and the judge of it.

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../store/store.ts'
import type { Position } from '../wire.ts'

type Said = { session: string; position: Position; at: number }

export type Load = {
  /** Commits that were acknowledged, in the order of their answers. */
  acknowledged: Said[]
  /** Codes and messages of the calls that failed, with how often each did. */
  failures: Map<string, number>
  /** The longest time a read or a commit took, and a claim, which is up to four calls. */
  longestMs: { call: number; claim: number }
  stop(): Promise<void>
}

/** Starts two writers for each session, who read and commit, and two claimers of all; through one store each. */
export function startLoad(stores: readonly [Store, Store], sessions: readonly string[], ttlMs = 600_000): Load {
  const load: Load = { acknowledged: [], failures: new Map(), longestMs: { call: 0, claim: 0 }, stop }
  let stopped = false

  async function timed<T>(call: Promise<T>, kind: 'call' | 'claim' = 'call'): Promise<T | undefined> {
    const began = performance.now()
    try {
      return await call
    } catch (error) {
      const name = `${(error as { code?: string }).code}: ${(error as Error).message}`
      load.failures.set(name, (load.failures.get(name) ?? 0) + 1)
      await sleep(50)
      return undefined
    } finally {
      load.longestMs[kind] = Math.max(load.longestMs[kind], performance.now() - began)
    }
  }

  async function write(store: Store, session: string): Promise<void> {
    while (!stopped) {
      const found = await timed(store.read(session))
      const known = typeof found === 'object' ? found.position : undefined
      const mark = randomBytes(6).toString('base64url')
      const position = { epoch: 0, revision: (known?.revision ?? 0) + 1, mark }
      const entry = { bytes: Buffer.from(mark), ...position, ttlMs, dueAt: 1, poke: true }
      const result = await timed(store.commit(session, known ?? 0, entry))
      // The reply to the first of two attempts may be lost: then the second meets its own commit.
      const own = result?.committed || (typeof result?.current === 'object' && result.current.position.mark === mark)
      if (own) load.acknowledged.push({ session, position, at: performance.now() })
      await sleep(5)
    }
  }

  async function claim(store: Store): Promise<void> {
    while (!stopped) {
      await timed(store.claimDue(8, 100), 'claim')
      await sleep(20)
    }
  }

  const working = [...sessions.flatMap((session) => stores.map((store) => write(store, session))), ...stores.map(claim)]
  async function stop(): Promise<void> {
    stopped = true
    await Promise.all(working)
  }
  return load
}

/** Every proof that a session was forked or that an acknowledged commit is gone. */
export async function violationsOf({ acknowledged }: Load, store: Store): Promise<string[]> {
  const found: string[] = []
  const last = new Map<string, Position>()
  const marks = new Map<string, string>()
  for (const { session, position } of acknowledged) {
    const { revision, mark } = position
    const name = `${session} ${revision}`
    if ((marks.get(name) ?? mark) !== mark) found.push(`${name} was acknowledged twice`)
    marks.set(name, mark)
    if (revision > (last.get(session)?.revision ?? 0)) last.set(session, position)
  }
  for (const [session, { revision, mark }] of last) {
    const stored = await store.read(session)
    const kept = typeof stored === 'object' ? stored.position : undefined
    if ((kept?.revision ?? 0) < revision)
      found.push(`${session} is at ${kept?.revision}, and ${revision} was acknowledged`)
    if (kept?.revision === revision && kept.mark !== mark) found.push(`${session} was forked at ${revision}`)
  }
  return found
}
