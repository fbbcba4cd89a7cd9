// Takes over effects that a process left behind: first their leases, then a turn that begins the next try.

import type { SessionId, Store } from '../../store/store.ts'
import { sleep } from '../../time.ts'
import { overdue, whyOver } from '../../turn/effects.ts'
import { type Effect, positionOf, type SessionRecord } from '../../turn/record.ts'
import { nextDue } from '../../turn/timers.ts'
import type { EffectRunner, EffectRunnerOptions } from './effect-runner.ts'

export type Takeover = {
  /** The effect ids of `record` whose leases this process got, as far as it has room for them. */
  claim(session: SessionId, record: SessionRecord, now: number): Promise<string[]>
  /** Gives the lease of effects up that were claimed, and are not under way here after all. */
  release(session: SessionId, effectIds: readonly string[]): void
  /**
   * A person was seen in a session: wakes it, unless that was done just now, if effects may have been left behind; if
   * the person `waits` for one, also if a timer is overdue, which may be what begins it.
   */
  seen(session: SessionId, record: SessionRecord, waits?: boolean): void
}

export type TakeoverOptions = {
  store: Store
  runner: EffectRunner
  /** Names this process as the holder of leases. */
  token: string
  leaseMs: number
  now: () => number
  wake: (session: SessionId) => Promise<unknown>
  onError: (error: unknown) => void
}

export function createTakeover(options: TakeoverOptions): Takeover {
  const { store, runner, token, leaseMs, onError } = options
  const looked = new Set<SessionId>()

  const mayTake = (session: SessionId, { effects }: SessionRecord, now: number): Effect[] =>
    overdue(effects, now).filter(({ effectId }) => !runner.closed && !runner.has(session, effectId))

  return {
    async claim(session, record, now) {
      const claimed: string[] = []
      for (const { effectId } of mayTake(session, record, now))
        if (!runner.full && (await store.hold(session, effectId, token, leaseMs))) claimed.push(effectId)
      return claimed
    },
    release(session, effectIds) {
      for (const effectId of effectIds)
        if (!runner.has(session, effectId)) store.hold(session, effectId, token, 0).catch(onError)
    },
    seen(session, record, waits = false) {
      const now = options.now()
      const fires = waits && !runner.closed && nextDue(record.timers, now) !== undefined
      if (looked.has(session) || !(fires || mayTake(session, record, now).length > 0)) return
      looked.add(session)
      options.wake(session).catch(onError)
      void sleep(leaseMs / 3).then(() => looked.delete(session))
    },
  }
}

type Load = (session: SessionId) => Promise<SessionRecord | 'removed' | undefined>

/** The lease of an effect under way here. */
export function createLeases(
  { store, token, leaseMs }: Pick<TakeoverOptions, 'store' | 'token' | 'leaseMs'>,
  load: Load,
): Pick<EffectRunnerOptions, 'renew' | 'release'> {
  return {
    async renew(session, effect, since) {
      const held = await store.hold(session, effect.effectId, token, leaseMs, since)
      if (!held) return { over: 'the lease was lost' }
      if (held === 'unchanged') return { since }
      const record = await load(session)
      if (typeof record !== 'object') return { over: 'the session was ended' }
      return { since: positionOf(record), over: whyOver(record, effect) }
    },
    release: (session, { effectId }) => store.hold(session, effectId, token, 0),
  }
}
