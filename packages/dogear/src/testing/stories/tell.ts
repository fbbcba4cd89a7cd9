// One story, told in two worlds at once: in one of them things go wrong.

import type { Examples } from '../../cli/lock/moves.ts'
import type { Flow } from '../../flow/define.ts'
import { type Choice, type Deed, type Scene, toDeed } from './deeds.ts'
import type { FindDeadEnd } from './ends.ts'
import { lostIn } from './migrated.ts'
import type { StoryOptions } from './options.ts'
import type { Earlier, Payloads } from './payloads.ts'
import { type After, differsFromCalm, isDecisive, messageOf, rules } from './rules.ts'
import { scriptOf } from './script.ts'
import { createWorld, type Moment, type Stage, type Start, type World } from './world.ts'

/** All that the stories of one flow have in common. */
export type Setting = Pick<StoryOptions, 'always'> & {
  flow: Flow
  examples: Examples
  payloads: Payloads
  earlier: readonly Earlier[]
  mayLose: readonly string[]
  deadEnd: FindDeadEnd
  /** The two stages of a story. */
  stages: () => [Stage, Stage]
  /** True if the author gave options that a story needs when it is told again. */
  hasOptions: boolean
}

export type Story = {
  /** Another one for every story that is told. */
  number: number
  start: Start | undefined
  outcomes: readonly number[]
  choices: readonly Choice[]
}

/** `wrong` is the reason why a rule is broken. */
export type Told = { wrong: string | undefined; script: string; deeds: number; states: readonly string[] }

export async function tell(setting: Setting, { number, start, outcomes, choices }: Story): Promise<Told> {
  const { flow, examples, hasOptions } = setting
  const answers = answersOf(examples, outcomes)
  const [one, other] = setting.stages()
  const options = { name: `ada ${number}`, start, answers, examples }
  const world = await createWorld({ stage: one, ...options })
  const calm = await createWorld({ stage: other, ...options })
  const deeds: Deed[] = []
  const states = new Set<string>()
  const wrong = await live({ world, calm, deeds, states }, setting, { start, choices }).catch(messageOf)
  const told = { flow, start, hasOptions, answers, deeds, effects: world.effects }
  return { wrong, script: scriptOf(told), deeds: deeds.length, states: [...states] }
}

type Worlds = { world: World; calm: World; deeds: Deed[]; states: Set<string> }

/** Lives through the story. Resolves with what is wrong, rejects with what could not even be looked at. */
async function live(
  { world, calm, deeds, states }: Worlds,
  setting: Setting,
  { start, choices }: Pick<Story, 'start' | 'choices'>,
): Promise<string | undefined> {
  let before = await world.look(0)
  await calm.look(0)
  if (start && before.opened) {
    const lost = lostIn(start.locked, before.opened, setting.mayLose)
    if (lost) return lost
  }
  let compares = true
  for (const choice of choices) {
    const deed = toDeed(choice, sceneOf(world, before, setting))
    if (!deed) continue
    deeds.push(deed)
    const who = 'who' in deed ? deed.who : 0
    const done = await world.perform(deed, false)
    const now = await world.look(who)
    world.pages.push({ who, view: now.view })
    for (const state of now.opened?.states ?? []) states.add(state)
    const after = { world, deed, done, before, now }
    const broken = brokenBy(after, setting)
    if (broken) return broken
    if (isDecisive(after)) compares = false
    if (compares) {
      const there = { done: await calm.perform(deed, true), now: await calm.look(who) }
      calm.pages.push({ who, view: there.now.view })
      const difference = differsFromCalm({ world, done, now }, { world: calm, ...there })
      if (difference) return difference
    }
    before = now
  }
  return deadEndOf({ world, now: before }, setting)
}

/** The rule that a deed breaks. */
export const brokenBy = (after: After, setting: Setting): string | undefined =>
  rules.map((rule) => rule(after)).find((reason) => reason !== undefined) ?? asked(setting, after.now)

/** The reason why a story that has ended there is stuck. */
export const deadEndOf = ({ world, now }: Pick<After, 'world' | 'now'>, setting: Setting): string | undefined =>
  now.record && setting.deadEnd(now.record, world.engine.now(), resultsOf(world, setting.examples))

function sceneOf({ flow, devices, pages, engine }: World, { view }: Moment, setting: Setting): Scene {
  const { payloads, earlier } = setting
  return {
    ...{ view, devices: devices.length, pages, payloads, earlier, now: engine.now() },
    serverEvents: Object.keys(flow.serverEvents),
    stepEvents(id) {
      const [node] = [...flow.chart.stepOf].find(([, step]) => step.id === id) ?? []
      const taken = node ? flow.chart.listens.get(node) : undefined
      return Object.keys(flow.events).filter((type) => taken?.has(type))
    },
  }
}

/** The rule of the flow's author. */
function asked({ always }: Setting, { view, opened }: Moment): string | undefined {
  try {
    always?.({ view, context: opened?.context })
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function answersOf({ effects = {} }: Examples, outcomes: readonly number[]): Readonly<Record<string, unknown[]>> {
  const answers = Object.entries(effects).map(([src, results]) => {
    const all = [...results, new Error('an example of a failure')]
    return [src, outcomes.map((number) => all[number % all.length])] as const
  })
  return Object.fromEntries(answers)
}

/** Results of effects that are known: given, or seen. */
function resultsOf({ effects }: World, { effects: given = {} }: Examples): NonNullable<Examples['effects']> {
  const seen: Record<string, unknown[]> = {}
  for (const { src, outputs } of effects.values()) seen[src] = [...(seen[src] ?? []), ...outputs.slice(0, 1)]
  return { ...seen, ...given }
}
