// One world in which a story happens: an engine, a person with devices, the pages they have seen.

import type { LockedSample } from '../../cli/lock/file.ts'
import type { Examples } from '../../cli/lock/moves.ts'
import { recordsOf } from '../../codec/records.ts'
import type { Reply } from '../../engine/contract.ts'
import type { Flow } from '../../flow/define.ts'
import { activeNodes } from '../../flow/nodes.ts'
import type { Implementations } from '../../flow/options.ts'
import { open, viewOf } from '../../turn/open.ts'
import type { SessionRecord } from '../../turn/record.ts'
import type { View } from '../../wire.ts'
import { goingOn } from '../since.ts'
import { type Backstage, backstage, downMs } from '../test-engine.ts'
import { type Visitor, visitor } from '../visitor.ts'
import type { Deed } from './deeds.ts'

/** A session of a locked version, and where it is found in the lock. */
export type Start = { version: number; sample: number; locked: LockedSample }

export type WorldOptions = {
  stage: Stage
  /** The person's: the same name gives the same session. Effects of two stories have ids of their own. */
  name: string
  start: Start | undefined
  /** The answers of effects, by actor. */
  answers: Readonly<Record<string, readonly unknown[]>>
  examples: Examples
}

/** The outcome of a deed: its answers, or what was thrown. */
export type Done = { replies: readonly Reply[]; error?: unknown }

/**
 * The page of a device, and what the store holds: as it is, and opened by a process that knows nothing else.
 * `elsewhere` is the page of another device, if there is one.
 */
export type Moment = { view: View; record?: SessionRecord; opened?: Opened; elsewhere?: View }
export type Opened = { view: () => View; context: unknown; drafts: SessionRecord['drafts']; states: readonly string[] }

/** An engine on which one story after another is told. */
export type Stage = Backstage & { readonly flow: Flow }

export type World = Stage & {
  readonly devices: Visitor[]
  readonly pages: { who: number; view: View }[]
  /** Does it. `calm`: nothing dies, and nobody clicks twice. */
  perform(deed: Deed, calm: boolean): Promise<Done>
  look(who: number): Promise<Moment>
}

/** The longest that an deed waits for an effect, in real milliseconds. */
const effectWaitMs = 100

/** With `provide`, a stage is for one story. */
export function createStage(given: Flow, provide: (() => Implementations) | undefined): Stage {
  const flow = provide ? given.provide(provide()) : given
  return { ...backstage({ flows: [flow], effectWaitMs }), flow }
}

export async function createWorld({ stage, name, start, answers, examples }: WorldOptions): Promise<World> {
  const { engine, flow } = stage
  stage.reset(answers)
  const records = recordsOf(engine.codec)
  const [input] = examples.inputs ?? []
  const as = { name, ...(input === undefined ? {} : { input: () => input }) }
  const first = start ? await goingOn(engine, flow, { ...start, ...as }) : visitor(engine, flow, as)
  const devices: Visitor[] = [first]
  const pages: World['pages'] = []
  const device = (who: number) => devices[who] as Visitor

  async function does(deed: Deed, calm: boolean): Promise<readonly Reply[]> {
    switch (deed.kind) {
      case 'send': {
        const { tab, step, version } = deed
        // Nothing has happened since the last look.
        const from = (tab === undefined ? pages.at(-1) : pages[tab])?.view
        const more = { ...(step !== undefined && { step }), ...(version !== undefined && { version }) }
        return [await device(deed.who).send(deed.event, { from, ...more })]
      }
      case 'double click':
        return calm ? [await device(deed.who).send(deed.event)] : device(deed.who).doubleClick(deed.event)
      case 'crash': {
        const send = () => device(deed.who).send(deed.event)
        const reply = await (calm ? send() : engine.crash(deed.point, send, deed.nth))
        await engine.clock.advance(downMs)
        return [reply]
      }
      case 'overtake': {
        const send = () => device(deed.who).send(deed.event)
        if (!calm) return [await engine.overtake(send)]
        const reply = await send()
        await engine.clock.advance(downMs)
        return [reply]
      }
      case 'server':
        return [await device(deed.who).dispatch(deed.event)]
      case 'draft':
        return [await device(deed.who).draft({ ...deed.values }, { form: deed.form })]
      case 'join':
        devices.push(await device(deed.who).join())
        return []
      case 'wait':
        await engine.clock.advance(deed.ms)
        return []
      case 'restart':
        if (!calm) await engine.restart()
        return []
    }
  }

  return {
    ...stage,
    devices,
    pages,
    perform: (deed, calm) =>
      does(deed, calm).then(
        (replies) => ({ replies }),
        (error: unknown) => ({ replies: [], error }),
      ),
    async look(who) {
      const page = (await device(who).view()) as View
      const id = device(who).session
      const found = id === null ? undefined : await engine.store.read(id)
      if (id === null || typeof found !== 'object') return { view: page }
      const record = await records.read(id, found)
      const { record: now, live } = open(flow, structuredClone(record), engine.now())
      const states = activeNodes(live).map((node) => node.id)
      const view = () => viewOf({ flow, record: now, live })
      const opened = { view, context: live.context, drafts: now.drafts, states }
      if (devices.length < 2) return { view: page, record, opened }
      const elsewhere = (await device((who + 1) % devices.length).view()) as View
      return { view: page, record, opened, elsewhere }
    },
  }
}
