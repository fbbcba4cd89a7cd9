// One run over the agenda, for applications in which no process stays up.

import { isBuilding } from '../../environment.ts'
import { DogearError } from '../../errors.ts'
import { settleWithin, sleep } from '../../time.ts'
import { aCount, aNumber, optional, problemsOf, refuseWiring } from '../../wiring.ts'
import type { Archiver } from '../archive/archiver.ts'
import { archiveSome } from '../archive/archiving.ts'
import type { EffectRunner } from '../effects/effect-runner.ts'
import { createWaking, type WakingOptions } from './waking.ts'

export type RunDueOptions = {
  /** The most sessions to wake (1,000). */
  limit?: number
  /** How long the run may take, in milliseconds (10,000); 0 does nothing. Up to a second goes by giving claims back. */
  budgetMs?: number
}

/** What a run has done. `more`: it stopped at its limit or its budget, and the next one goes on. */
export type RunDueCounts = {
  /** Sessions that were woken: their timers have fired, their abandoned effects were begun again. */
  woken: number
  /** Sessions that could not be served; `onError` was told why. */
  failed: number
  /** Sessions of the backlog that the archive has been given. */
  archived: number
  /** Effects under way in this process at the end. */
  underWay: number
  more: boolean
}

export interface RunningDue {
  /**
   * For a cron route, or after an answer, where no process stays up: does what a worker does, once. It fires what is
   * due, takes over abandoned effects, writes the backlog, and waits for the effects that are under way in this process.
   *
   * Any number of runs at the same time share the work as workers do. At the end of the budget, claims are given back.
   * An effect still under way keeps its lease as long as the process renews it; in one that is frozen or ends, it is
   * taken over within `leaseMs`, as the next attempt. During `next build` it does nothing and reports so.
   *
   * Rejects with `store_unavailable` if the store did not even say what is due, with `TypeError` for options that
   * cannot work.
   */
  runDue(options?: RunDueOptions): Promise<RunDueCounts>
}

export type RunDueParts = Pick<WakingOptions, 'engine' | 'onError'> & {
  archiver: Archiver | undefined
  runner: Pick<EffectRunner, 'idle' | 'underWay'>
}

const checks = { limit: optional(aCount(1)), budgetMs: optional(aNumber(0)) }
const claims = { concurrency: 32, leaseMs: 15_000, idleMs: 500 }
const building = 'runDue does nothing while Next builds: a build has the credentials of production'

export async function runDue(parts: RunDueParts, options: RunDueOptions = {}): Promise<RunDueCounts> {
  refuseWiring('runDue was given what cannot work', problemsOf(options, checks))
  const { limit = 1_000, budgetMs = 10_000 } = options
  const { engine, archiver, runner, onError } = parts
  const over = new AbortController()
  const { signal } = over
  const waking = createWaking({ ...claims, engine, signal, onError })
  let [claimed, archived, revived] = [0, 0, 0]
  let answered = false

  /** Goes on in rounds until nothing more is due. */
  async function wakeAll(): Promise<void> {
    let due = 1
    while (due > 0 && claimed < limit && !signal.aborted) {
      due = await waking.claim(limit - claimed)
      answered ||= !signal.aborted
      claimed += due
      await waking.done()
      // A store in memory answers at once, and would leave no room for the end of the budget.
      await sleep(0, signal, { holds: true })
    }
  }

  async function archiveAll(): Promise<void> {
    let isLast = archiver === undefined
    while (!isLast && archiver && !signal.aborted) {
      const looked = await archiveSome(archiver)
      isLast = looked.isLast
      archived += looked.written
      revived += looked.revived
    }
  }

  async function work(): Promise<void> {
    await Promise.all([wakeAll().catch(onError), archiveAll().catch(onError)])
    if (revived > 0) await wakeAll().catch(onError)
    await runner.idle()
  }

  const none = isBuilding() || budgetMs === 0
  if (isBuilding()) onError(new Error(building))
  const inTime =
    none ||
    (await settleWithin(
      budgetMs,
      work().then(() => true),
      () => false,
    ))
  over.abort()
  await waking.abandon()
  if (!answered && !none)
    throw new DogearError('store_unavailable', `the ${engine.store.name} store could not be asked what is due`)
  const { woken, failed } = waking
  return { woken, failed, archived, underWay: runner.underWay, more: none || !inTime || claimed >= limit }
}
