// An engine for tests: on a store in memory, with a clock that stands still until it is told to go on.

import type { Engine, EngineOptions } from '../engine/contract.ts'
import type { Flow } from '../flow/define.ts'
import { type Duration, toMs } from '../flow/duration.ts'
import { memoryStore } from '../store/memory.ts'
import { type Actors, type Answers, createActors } from './actors.ts'
import { agendaOf } from './agenda.ts'
import { createMeeting, type Meeting } from './meeting.ts'
import { type CrashPoint, createProcess, type Process } from './process.ts'

/** The options of `createEngine` that a test may choose, with the answers of effects. */
export type TestEngineOptions = Omit<EngineOptions, 'store' | 'archive' | 'clock' | 'onError'> & {
  /**
   * The answers of effects, by the names of their actors, first to last; an `Error` is a failure for good. The last one
   * is given again and again, every try of one effect gets the same. The other actors are called as they are.
   */
  answers?: Answers
  /** The time at the beginning, in milliseconds since the Unix epoch (2026-01-01). */
  start?: number
}

/**
 * An engine that can be restarted and made to die. It calls the actors of its flows, with hardly a pause between two
 * tries, and fires timers when its clock goes on.
 */
export type TestEngine = Engine & {
  readonly clock: {
    /** Milliseconds since the Unix epoch. */
    now(): number
    /**
     * Lets time pass: fires every timer at its deadline, takes over effects whose process died, as a worker would.
     * Resolves once effects that began meanwhile are done. Throws `TypeError` for what is no duration.
     */
    advance(by: Duration): Promise<void>
  }
  /** Errors that no caller was told of, as `onError` would get them. */
  readonly errors: readonly unknown[]
  /**
   * Does `during`, during which the process dies the `nth` (1) time that it gets to `point`, if it does. Another one is
   * there at once, and has not taken over what that one had under way: let time pass.
   */
  crash<T>(point: CrashPoint, during: () => Promise<T>, nth?: number): Promise<T>
  /** Ends the process as a deploy does; another one goes on with the same store. */
  restart(): Promise<void>
  /**
   * Does `during`, during which the process hangs where it is about to call an actor, if it does: another one takes the
   * effect over a minute later, and both call the actor at once. One of the two results counts. A minute passes.
   */
  overtake<T>(during: () => Promise<T>): Promise<T>
}

/** A test engine with what the stories of a flow look at. `reset` begins anew, with nothing stored. */
export type Backstage = Pick<Actors, 'effects' | 'reset'> & { readonly engine: TestEngine }

const leaseMs = 15_000
/** How long a process hangs, or is away after it died, in milliseconds. */
export const downMs = 60_000

/** An engine for tests. Throws `TypeError` for options that `createEngine` refuses. */
export const testEngine = (options: TestEngineOptions): TestEngine => backstage(options).engine

export function backstage({
  flows,
  answers = {},
  start = Date.UTC(2026, 0, 1),
  ...options
}: TestEngineOptions): Backstage {
  const { effectWaitMs = 2_000 } = options
  let now = start
  const clock = () => now
  const errors: unknown[] = []
  const actors = createActors(answers)
  // A commit of a test engine counts as being as safe as any flow may ask for.
  const anew = () => ({ ...memoryStore({ clock }), durability: 'archived' as const })
  const store = anew()
  const agenda = agendaOf(store)
  let fuse: { point: CrashPoint; left: number } | undefined
  let process: ReturnType<typeof createProcess>

  let meeting: Meeting | undefined

  const begin = () => {
    const begun: ReturnType<typeof createProcess> = createProcess({
      ...{ sealing: 'off', leaseMs, ...options, flows: watchedBy(() => begun), store: agenda.store, clock },
      onError: (error) => errors.push(error),
      hit(point) {
        if (fuse?.point !== point || --fuse.left > 0) return false
        fuse = undefined
        return true
      },
    })
    return begun
  }
  const watchedBy = (of: () => { at: (point: CrashPoint) => void }): Flow[] =>
    flows.map((flow) =>
      actors.watch(flow as Flow, { at: () => of().at, meet: (effectId) => meeting?.arrive(effectId) }),
    )
  process = begin()

  /** The process that is alive. */
  function alive(): Process {
    if (process.dead) process = begin()
    return process
  }

  /** Waits until nothing goes on, or until an actor takes too long. */
  async function quiet(): Promise<void> {
    const until = performance.now() + effectWaitMs
    for (let idle = 0; idle < 3 && performance.now() < until; ) {
      await new Promise((resolve) => (actors.busy ? setTimeout(resolve, 2) : setImmediate(resolve)))
      idle = agenda.busy || actors.busy ? 0 : idle + 1
    }
  }

  async function wakeDue(): Promise<void> {
    const { engine, outlived } = alive()
    const claimed = await engine.store.claimDue(1_000, leaseMs)
    for (const { id, dueAt, stored, leaseUntil } of claimed) {
      const again = await outlived(engine.wake(id, dueAt, stored)).catch((error: unknown) => {
        if (!process.dead) errors.push(error)
        return undefined
      })
      if (again !== undefined) await alive().engine.store.defer(id, again, leaseUntil)
    }
    if (claimed.length === 0) agenda.forget(now)
  }

  async function advance(by: Duration): Promise<void> {
    const ms = toMs(by)
    if (!Number.isFinite(ms)) throw new TypeError(`"${by}" is no duration, such as '2 days'`)
    const until = now + ms
    await quiet()
    for (let next = agenda.next(until); next !== undefined; next = agenda.next(until)) {
      now = Math.max(now, next)
      await wakeDue()
      await quiet()
    }
    now = until
  }

  const own: Pick<TestEngine, 'clock' | 'errors' | 'crash' | 'restart' | 'overtake'> = {
    clock: { now: clock, advance },
    errors,
    async crash(point, during, nth = 1) {
      fuse = { point, left: nth }
      try {
        const answer = await during()
        await quiet()
        return answer
      } finally {
        fuse = undefined
      }
    },
    async restart() {
      await alive().engine.close(0)
      process = begin()
    },
    async overtake(during) {
      let hung: Process | undefined
      const until = now + downMs
      meeting = createMeeting(async () => {
        hung = process
        process = begin()
        now = until
        await wakeDue()
      })
      try {
        const answer = await during()
        await quiet()
        if (now < until) await advance(until - now)
        return answer
      } finally {
        meeting = undefined
        hung?.kill()
      }
    },
  }
  const engine = new Proxy(own as TestEngine, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name)
      const { engine: current, outlived } = alive()
      const member: unknown = Reflect.get(current, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const answer: unknown = member.apply(current, args)
        return answer instanceof Promise ? outlived(answer) : answer
      }
    },
  })
  return {
    engine,
    effects: actors.effects,
    reset(next) {
      // A process that has nothing to do is as good as a new one: the sessions of two stories have other ids.
      if (actors.busy || agenda.busy) process.kill()
      Object.assign(store, anew())
      agenda.forget(Number.POSITIVE_INFINITY)
      actors.reset(next)
      errors.length = 0
      fuse = undefined
      now = start
    },
  }
}
