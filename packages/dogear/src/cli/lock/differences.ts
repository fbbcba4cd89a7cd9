// The differences of today's shape from a locked one, described by their effect on people who are in the flow.

import { narrowing } from './narrowing.ts'
import type { Shape, StateShape } from './shape.ts'

/** `breaking`: needs a new version, with a migration for it. `note`: people who are in the flow do not notice it. */
export type Difference = { kind: 'breaking' | 'note'; text: string }

const breaking = (text: string): Difference => ({ kind: 'breaking', text })
const note = (text: string): Difference => ({ kind: 'note', text })

/** Every difference, in words for someone who has not read how sessions are kept. */
export function differences(before: Shape, now: Shape): Difference[] {
  return [...machineId(before, now), ...states(before, now), ...events(before, now), ...implementations(before, now)]
}

function machineId(before: Shape, now: Shape): Difference[] {
  if (before.machine === now.machine) return []
  return [
    breaking(
      `The machine's id was "${before.machine}" and is "${now.machine}". It is part of the names of running timers, ` +
        'of states without an id of their own and of everything history remembers, so none of them would be found.',
    ),
  ]
}

function states(before: Shape, now: Shape): Difference[] {
  // The root is named after the machine. Another name of it is one difference, not a state lost and a state added.
  const renamed = before.machine === now.machine ? [] : [before.machine, now.machine]
  const [old, next] = [Object.keys(before.states), Object.keys(now.states)]
  const nameOf = (id: string, { step }: StateShape): string => `"${id}"${step ? ` (the page "${step.title}")` : ''}`
  return [
    ...without(old, [...next, ...renamed]).map((id) =>
      breaking(`The state ${nameOf(id, at(before, id))} is gone. People who are in it could not go on.`),
    ),
    ...old.filter((id) => next.includes(id)).flatMap((id) => state(id, at(before, id), at(now, id))),
    ...without(next, [...old, ...renamed]).map((id) =>
      at(now, id).step
        ? breaking(
            `The step ${nameOf(id, at(now, id))} is new. People who are past it already would never see it, ` +
              'unless a new version says that it has to be visited.',
          )
        : note(`The state "${id}" is new.`),
    ),
  ]
}

function state(id: string, old: StateShape, next: StateShape): Difference[] {
  const name = `The state "${id}"`
  const list: Difference[] = []
  if (old.type !== next.type)
    list.push(
      breaking(
        `${name} was ${article(old.type)} and is ${article(next.type)}. People who are in it would be put into ` +
          'its inner states without entering them.',
      ),
    )
  if (old.parent !== next.parent)
    list.push(
      breaking(
        `${name} moved from "${old.parent}" into "${next.parent}". The place stored for people who are in it ` +
          'does not exist any more.',
      ),
    )
  if (old.step && !next.step) list.push(breaking(`${name} is no step any more. People who are in it have no page.`))
  if (!old.step && next.step) list.push(note(`${name} is a step now.`))
  if (old.step && next.step && old.step.path !== next.step.path)
    list.push(
      note(
        `The page of step "${id}" moved from "${old.step.path}" to "${next.step.path}". Bookmarks of the old ` +
          "address lead to the person's current page.",
      ),
    )
  return [
    ...list,
    ...transitions(id, old.on, next.on),
    ...timers(name, old.after, next.after),
    ...effects(id, old, next),
  ]
}

function transitions(id: string, old: StateShape['on'], next: StateShape['on']): Difference[] {
  const lost = without(Object.keys(old), Object.keys(next)).map((event) =>
    breaking(
      event
        ? `The state "${id}" does not take "${event}" any more. Pages that are open there send it.`
        : `The state "${id}" has no eventless transition any more. People who are in it would stay there.`,
    ),
  )
  const changed = Object.entries(next).flatMap(([event, targets]) => {
    const name = event ? `"${event}"` : 'an eventless transition'
    const before = old[event]
    if (!before) return [note(`The state "${id}" ${event ? 'takes' : 'has'} ${name} now.`)]
    if (String(before) === String(targets)) return []
    return [
      note(`In the state "${id}", ${name} leads to ${targetsText(targets)} now, and led to ${targetsText(before)}.`),
    ]
  })
  return [...lost, ...changed]
}

function timers(state: string, old: readonly string[], next: readonly string[]): Difference[] {
  return [
    ...without(old, next).map((delay) =>
      breaking(`${state} has no timer "${delay}" any more. The ones that are running would be dropped.`),
    ),
    ...without(next, old).map((delay) =>
      breaking(`${state} has a new timer "${delay}". It would start for everyone who is in the state already.`),
    ),
  ]
}

function effects(id: string, { invoke: old }: StateShape, { invoke: next }: StateShape): Difference[] {
  const changed = Object.entries(old).flatMap(([effect, src]) => {
    if (!(effect in next))
      return [
        breaking(
          `The state "${id}" does not run "${effect}" any more. The result of one that is running would be ` +
            'dropped, so people who wait for it would wait for ever.',
        ),
      ]
    if (next[effect] === src) return []
    return [
      breaking(
        `"${effect}" in the state "${id}" ran the actor "${src}" and runs "${next[effect]}" now. One that is ` +
          'running is retried as the new one.',
      ),
    ]
  })
  const added = without(Object.keys(next), Object.keys(old)).map((effect) =>
    breaking(
      `The state "${id}" runs "${effect}" now (an invoke). It would start at once for everyone who is in the ` +
        'state already.',
    ),
  )
  return [...changed, ...added]
}

function events(before: Shape, now: Shape): Difference[] {
  const changed = Object.entries(before.events).flatMap(([type, old]) => {
    const next = now.events[type]
    if (next === undefined)
      return [breaking(`The event "${type}" is gone. Pages that are open now would be refused: lift it, or keep it.`)]
    if (old === null || next === null) return []
    return narrowing(old, next).map((text) =>
      breaking(
        `The event "${type}" takes less than before: ${text}. Pages that are open now send the old shape: lift it.`,
      ),
    )
  })
  const added = without(Object.keys(now.events), Object.keys(before.events))
  return [...changed, ...added.map((type) => note(`The event "${type}" is new.`))]
}

/** The differences in delays, actors, context: the parts of a machine that are not states. */
function implementations(before: Shape, now: Shape): Difference[] {
  const [lost, added] = [without(before.delays, now.delays), without(now.delays, before.delays)]
  const renamed = lost.length === 1 && added.length === 1
  const advice = renamed
    ? ` It may be called "${added[0]}" now: a running timer keeps the name it was started with.`
    : ''
  const narrower = before.context && now.context ? narrowing(before.context, now.context) : []
  return [
    ...lost.map((name) =>
      breaking(`The delay "${name}" is gone.${advice} Timers that are running under it would be dropped.`),
    ),
    ...(renamed ? [] : added).map((name) => note(`The delay "${name}" is new.`)),
    ...without(before.actors, now.actors).map((name) =>
      breaking(`The actor "${name}" is gone. Effects of it that are running would be dropped.`),
    ),
    ...without(now.actors, before.actors).map((name) => note(`The actor "${name}" is new.`)),
    ...narrower.map((text) =>
      breaking(`The context takes less than before: ${text}. Stored contexts have the old shape.`),
    ),
  ]
}

const without = (names: readonly string[], others: readonly string[]) => names.filter((name) => !others.includes(name))
const at = ({ states }: Shape, id: string): StateShape => states[id] as StateShape
const targetsText = (ids: readonly string[]): string => ids.map((id) => `"${id}"`).join(', ') || 'itself'
const article = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type} state`
