// The deeds of a story: all that may happen to a session, chosen by numbers, told as code.

import { inspect } from 'node:util'
import type { View } from '../../wire.ts'
import type { CrashPoint } from '../process.ts'
import type { Earlier, Payloads } from './payloads.ts'

export const kinds = [
  'send',
  'double click',
  'wait',
  'crash',
  'overtake',
  'stale tab',
  'old page',
  'back',
  'out of place',
  'draft',
  'join',
  'server',
  'restart',
] as const

/** A choice as it is generated: its numbers choose among what is possible at that moment. */
export type Choice = { kind: (typeof kinds)[number]; who: number; pick: number; payload: number }

type Sent = { who: number; event: { type: string } }

/** An deed that was chosen. Devices go by their numbers, pages by that of the deed after which they were loaded. */
export type Deed =
  | (Sent & { kind: 'send' | 'double click' | 'overtake'; tab?: number; step?: string; version?: number })
  | (Sent & { kind: 'crash'; point: CrashPoint; nth: number })
  | (Sent & { kind: 'server' })
  | { kind: 'draft'; who: number; form: string; values: object }
  | { kind: 'join'; who: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'restart' }

/** A choice is made from this: the newest view, the number of devices, the pages that were loaded. */
export type Scene = {
  view: View
  devices: number
  pages: readonly { who: number; view: View }[]
  payloads: Payloads
  earlier: readonly Earlier[]
  serverEvents: readonly string[]
  stepEvents: (step: string) => readonly string[]
  now: number
}

const points: readonly CrashPoint[] = ['before-commit', 'after-commit', 'mid-effect', 'after-effect']
/** The oldest page that is sent from: the commits since then must not be more than a session remembers. */
const mostStale = 3
const at = <T>(list: readonly T[], number: number): T | undefined => list[number % list.length]

/** The deed that a choice stands for; undefined if nothing of its kind is possible now. */
export function toDeed(choice: Choice, scene: Scene): Deed | undefined {
  const { kind, pick, payload } = choice
  const { view, pages, payloads } = scene
  const who = choice.who % scene.devices
  const event = (types: readonly string[]) => {
    const type = at(types, pick)
    return type === undefined ? undefined : at(payloads.get(type) ?? [], payload)
  }
  const accepted = event(view.accepts)
  switch (kind) {
    case 'send':
    case 'double click':
    case 'overtake':
      return accepted && { kind, who, event: accepted }
    case 'crash': {
      const point = at(points, payload) as CrashPoint
      return accepted && { kind, who, event: accepted, point, nth: 1 + (pick % 2) }
    }
    case 'stale tab': {
      const tab = pages.length - 2 - (payload % mostStale)
      const page = pages[tab]
      const late = page && event(page.view.accepts)
      return late && { kind: 'send', who: page.who, event: late, tab }
    }
    case 'old page': {
      const page = at(scene.earlier, pick)
      const types = [...(page?.payloads.keys() ?? [])]
      const known = types.filter((type) => view.accepts.includes(type))
      const event = page && at(page.payloads.get(at(known.length > 0 ? known : types, pick) ?? '') ?? [], payload)
      return event && { kind: 'send', who, event, version: page.version }
    }
    case 'back': {
      const step = at(
        view.steps.filter(({ state }) => state === 'done'),
        payload,
      )
      const changed = step && event(scene.stepEvents(step.id))
      return changed && { kind: 'send', who, event: changed, step: step.id }
    }
    case 'out of place': {
      const any = event([...payloads.keys()])
      return any && { kind: 'send', who, event: any }
    }
    case 'draft': {
      if (!accepted || view.step === null) return undefined
      const { type: form, ...values } = accepted
      return { kind, who, form, values }
    }
    case 'server': {
      const told = view.saved ? event(scene.serverEvents) : undefined
      return told && { kind, who, event: told }
    }
    case 'join':
      return view.saved && scene.devices < 3 ? { kind, who } : undefined
    case 'wait': {
      const due = view.timers.map(({ dueAt }) => dueAt - scene.now)
      return due.length > 0 ? { kind, ms: Math.max(1, Math.min(...due)) } : undefined
    }
    case 'restart':
      return { kind }
  }
}

const names = ['ada', 'phone', 'tablet']
export const nameOf = (who: number): string => names[who] ?? `device${who}`
export const literal = (value: unknown): string =>
  inspect(value, { depth: null, breakLength: 100, maxArrayLength: null, maxStringLength: null })

/** The lines of code that do it; `tabs` names the pages that are sent from later. */
export function linesOf(deed: Deed, devices: number, tabs: ReadonlyMap<number, string>): string[] {
  const who = 'who' in deed ? nameOf(deed.who) : ''
  switch (deed.kind) {
    case 'send': {
      const from = deed.tab === undefined ? '' : `, { from: ${tabs.get(deed.tab)} }`
      const step = deed.step === undefined ? '' : `, { step: ${literal(deed.step)} }`
      const old = deed.version === undefined ? '' : `, { version: ${deed.version} }`
      return [`await ${who}.send(${literal(deed.event)}${from}${step}${old})`]
    }
    case 'overtake':
      return [`await engine.overtake(() => ${who}.send(${literal(deed.event)}))`]
    case 'double click':
      return [`await ${who}.doubleClick(${literal(deed.event)})`]
    case 'crash': {
      const nth = deed.nth > 1 ? `, ${deed.nth}` : ''
      return [
        `await engine.crash('${deed.point}', () => ${who}.send(${literal(deed.event)})${nth})`,
        `await engine.clock.advance('1 minute')`,
      ]
    }
    case 'server':
      return [`await ${who}.dispatch(${literal(deed.event)})`]
    case 'draft':
      return [`await ${who}.draft(${literal(deed.values)}, { form: ${literal(deed.form)} })`]
    case 'join':
      return [`const ${nameOf(devices)} = await ${who}.join()`]
    case 'wait':
      return [`await engine.clock.advance(${deed.ms})`]
    case 'restart':
      return ['await engine.restart()']
  }
}
