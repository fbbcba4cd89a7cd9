// One story that its author tells as code, held to the rules of generated ones.

import type { Reply } from '../../engine/contract.ts'
import type { EventOf } from '../../flow/define.ts'
import { downMs, type TestEngine } from '../test-engine.ts'
import type { AnyFlow, SendOptions, Visitor } from '../visitor.ts'
import type { Deed } from './deeds.ts'
import { lostIn } from './migrated.ts'
import type { RetellOptions } from './options.ts'
import { differsFromCalm, isDecisive, messageOf } from './rules.ts'
import { prepare } from './setting.ts'
import { brokenBy, deadEndOf, type Setting } from './tell.ts'
import { createWorld, type Done, type Moment, type World } from './world.ts'

/** The parts of a story: a person with a browser of their own, and the engine they are served by. */
export type Cast<F extends AnyFlow = AnyFlow> = { readonly ada: Visitor<F>; readonly engine: TestEngine }

/**
 * Tells a story as `storyOf` does, which prints stories that fail as calls of this: after every deed the rules have to
 * hold, the same story without accidents has to lead to the same place, and an end must be in reach of where it stops.
 * The story is told twice, each time from its beginning.
 *
 * Rejects with the reason for which a rule is broken. Rejects with a `TypeError` for what `storyOf` refuses, and for a
 * sample that no lock has.
 */
export async function retell<F extends AnyFlow>(
  given: F,
  story: (cast: Cast<F>) => Promise<void>,
  options: RetellOptions = {},
): Promise<void> {
  const { answers = {}, since, ...others } = options
  const { setting, starts } = await prepare(given, others, { seed: 0 })
  const start = starts.find(({ version, sample }) => version === since?.version && sample === since.sample)
  if (since && !start) throw new TypeError(`no lock has a sample ${since.sample} of version ${since.version}`)
  const { examples } = setting
  const [one, other] = setting.stages()
  const worlds = { name: 'ada', start, answers: answers as Readonly<Record<string, unknown[]>>, examples }
  const world = await createWorld({ stage: one, ...worlds })
  const before = await look(world, 0)
  const lost = start && before.opened && lostIn(start.locked, before.opened, setting.mayLose)
  if (lost) throw new Error(lost)
  const told = castOf<F>(world, before, setting)
  await story(told.cast)
  const calm = await createWorld({ stage: other, ...worlds })
  const retold = castOf<F>(calm, await look(calm, 0))
  await story(retold.cast)
  for (const [nth, deed] of told.deeds.entries()) {
    const again = retold.deeds[nth]
    if (deed.isDecisive || !again) break
    const difference = deed.isHalf ? undefined : differsFromCalm({ world, ...deed }, { world: calm, ...again })
    if (difference) throw new Error(difference)
  }
  const stuck = deadEndOf({ world, now: told.deeds.at(-1)?.now ?? before }, setting)
  if (stuck) throw new Error(stuck)
}

/** A deed that was done. `isHalf`: its effects go on once time passes. `isDecisive`: it may change the outcome. */
type Did = { done: Done; now: Moment; isHalf: boolean; isDecisive: boolean }

const isReply = (one: unknown): one is Reply => Object(one).outcome !== undefined

/** As `world.look`; what a page cannot even be shown for is told with its cause. */
const look = (world: World, who: number): Promise<Moment> =>
  world.look(who).catch((error: unknown) => {
    throw new Error(messageOf(error), { cause: error })
  })

/** The cast of one world, whose deeds are noted; with a setting, held to its rules. Without one, nothing goes wrong. */
function castOf<F extends AnyFlow>(
  world: World,
  first: Moment,
  setting?: Setting,
): { cast: Cast<F>; deeds: readonly Did[] } {
  const { engine } = world
  const deeds: Did[] = []
  let before = first
  /** True during a deed: sending is a part of it then. */
  let within = false
  /** The last time that a process died, which may not be over. */
  let outage: Deed | undefined

  /** The answer of a deed; none, whatever its type says, where the deed was in vain. */
  async function does<T>(deed: Deed, call: () => Promise<T>): Promise<T> {
    if (within) return call()
    within = true
    let answer: T | undefined
    const done: Done = await call().then(
      (value) => {
        answer = value
        return { replies: (Array.isArray(value) ? value : [value]).filter(isReply) }
      },
      (error: unknown) => ({ replies: [], error }),
    )
    within = false
    const now = await look(world, 'who' in deed ? deed.who : 0)
    const after = { world, deed, done, before, now }
    const broken = setting && brokenBy(after, setting)
    if (broken) throw new Error(broken, { cause: done.error })
    const accident = deed.kind === 'wait' ? (outage ?? deed) : deed
    deeds.push({ done, now, isHalf: deed.kind === 'crash', isDecisive: isDecisive({ ...after, deed: accident }) })
    outage = deed.kind === 'crash' ? deed : undefined
    before = now
    return answer as T
  }

  function told(visitor: Visitor<F>, who: number): Visitor<F> {
    const deedOf = (event: object, { step, version }: SendOptions = {}) => ({
      ...{ who, event: event as { type: string } },
      ...(step !== undefined && { step }),
      ...(version !== undefined && { version }),
    })
    const opens = async (open: () => Promise<Visitor<F>>) => {
      const device: Visitor<F> | undefined = await does({ kind: 'join', who }, open)
      if (!device) throw new Error('the session could not be opened on another device')
      world.devices.push(device as unknown as Visitor)
      return told(device, world.devices.length - 1)
    }
    const send = (event: EventOf<F>, options?: SendOptions) => visitor.send(event, options)
    return {
      get session() {
        return visitor.session
      },
      view: () => visitor.view(),
      send: (event: object, options?: SendOptions) =>
        does({ kind: 'send', ...deedOf(event, options) }, () => send(event as EventOf<F>, options)),
      doubleClick: (event, options) =>
        does({ kind: 'double click', ...deedOf(event, options) }, async () => {
          if (setting) return visitor.doubleClick(event, options)
          const reply = await send(event, options)
          return [reply, reply]
        }),
      draft: (values, options) =>
        does({ kind: 'draft', who, form: options?.form ?? '', values }, () => visitor.draft(values, options)),
      dispatch: (event) =>
        does({ kind: 'server', who, event: event as { type: string } }, () => visitor.dispatch(event)),
      join: () => opens(() => visitor.join()),
      move: () => opens(() => visitor.move()),
    }
  }

  const sent = { who: 0, event: { type: '' } }
  const own: Pick<TestEngine, 'clock' | 'crash' | 'restart' | 'overtake'> = {
    clock: {
      now: () => engine.clock.now(),
      advance: (by) => does({ kind: 'wait', ms: 0 }, () => engine.clock.advance(by)),
    },
    crash: (point, during, nth = 1) =>
      does({ kind: 'crash', point, nth, ...sent }, () => (setting ? engine.crash(point, during, nth) : during())),
    restart: () => does({ kind: 'restart' }, async () => (setting ? engine.restart() : undefined)),
    overtake: (during) =>
      does({ kind: 'overtake', ...sent }, async () => {
        if (setting) return engine.overtake(during)
        const answer = await during()
        await engine.clock.advance(downMs)
        return answer
      }),
  }
  const ada = told(world.devices[0] as unknown as Visitor<F>, 0)
  const staged = new Proxy(engine, { get: (_, name) => Reflect.get(Object.hasOwn(own, name) ? own : engine, name) })
  return { cast: { ada, engine: staged }, deeds }
}
