// One run over the agenda, for applications in which no process stays up.

import { isBuilding } from '../../environment.ts'
import { DogearError } from '../../errors.ts'
import { settleWithin, sleep } from '../../time.ts'
import { aCount, aNumber, optional, problemsOf, refuseWiring } from '../../wiring.ts'
import type { Archiver } from '../archive/archiver.ts'
import { archiveSome } from '../archive/archiving.ts'
import type { EffectRunner } from '../effects/effect-runner.ts'
import type { RunDueCounts, RunDueOptions } from './due.ts'
import { createWaking, type WakingOptions } from './waking.ts'

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

  async function archiveAll(archiver: Archiver): Promise<void> {
    for (let isLast = false; !isLast && !signal.aborted; ) {
      const looked = await archiveSome(archiver)
      isLast = looked.isLast
      archived += looked.written
      revived += looked.revived
    }
  }

  async function work(): Promise<void> {
    await Promise.all([wakeAll().catch(onError), archiver && archiveAll(archiver).catch(onError)])
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
