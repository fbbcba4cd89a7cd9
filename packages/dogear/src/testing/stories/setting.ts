// All that the stories of one flow have in common, made from the options of their author.

import type { Lock } from '../../cli/lock/file.ts'
import type { Flow } from '../../flow/define.ts'
import { locksOf } from '../since.ts'
import type { AnyFlow } from '../visitor.ts'
import { deadEndsOf } from './ends.ts'
import type { Retold } from './options.ts'
import { earlierPayloads, payloadsOf } from './payloads.ts'
import type { Setting } from './tell.ts'
import { createStage, type Stage, type Start } from './world.ts'

/** `starts` are the sessions of earlier versions that a story may go on from. */
export type Prepared = { flow: Flow; setting: Setting; starts: readonly Start[] }

/** Rejects with a `TypeError` for what `storyOf` refuses. `toStage` makes the engines that stories are told on. */
export async function prepare(
  given: AnyFlow,
  { examples = {}, provide, locks, mayLose = [], always }: Retold,
  { seed, toStage = createStage }: { seed: number; toStage?: typeof createStage },
): Promise<Prepared> {
  const flow = everlasting(given as unknown as Flow)
  const locked = locks === undefined ? [] : await lockedIn(locks, flow)
  const starts = locked.flatMap(({ version, samples }) =>
    samples.map((one, sample): Start => ({ version, sample, locked: one })),
  )
  const payloads = await payloadsOf(flow, examples, seed)
  const before = locked.filter(({ version }) => version < flow.version)
  const earlier = await earlierPayloads(flow, before, { today: payloads, seed })
  const deadEnd = deadEndsOf(flow, payloads)
  const stage = () => toStage(flow, provide)
  const kept: [Stage, Stage] = [stage(), stage()]
  const stages = (): [Stage, Stage] => (provide ? [stage(), stage()] : kept)
  const hasOptions = [provide, locks, always].some(Boolean) || mayLose.length + Object.keys(examples).length > 0
  return { flow, starts, setting: { flow, examples, payloads, earlier, mayLose, always, deadEnd, stages, hasOptions } }
}

const forever = 1_000 * 365 * 86_400_000

/** The flow with sessions that do not expire: a story may wait for any timer. */
function everlasting(flow: Flow): Flow {
  const lifetime = { ...flow.lifetime, firstMs: forever, idleMs: forever, absoluteMs: forever }
  return { ...flow, lifetime, provide: (implementations) => everlasting(flow.provide(implementations)) }
}

async function lockedIn(locks: string, flow: Flow): Promise<Lock[]> {
  const all = await locksOf(locks, flow)
  if (all.length === 0) throw new TypeError(`${locks} has no lock of flow "${flow.id}"; \`npx dogear lock\` writes one`)
  return all
}
