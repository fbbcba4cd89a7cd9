// The differences between a locked shape and today's, told by their effect on people who are in the flow.

import { narrowing } from './narrowing.ts'
import type { Shape, StateShape } from './shape.ts'

/** `breaking`: needs a new version, with a migration for it. `note`: nobody who is in the flow feels it. */
export type Difference = { kind: 'breaking' | 'note'; text: string }

const breaking = (text: string): Difference => ({ kind: 'breaking', text })
const note = (text: string): Difference => ({ kind: 'note', text })

/** Every difference, in words for someone who has not read how sessions are kept. */
export function differences(before: Shape, now: Shape): Difference[] {
  const renamed = before.machine !== now.machine
  return [
    ...(renamed
      ? [
          breaking(
            `The machine's id was "${before.machine}" and is "${now.machine}". It is part of the ` +
              'name of every state without an id of its own, of every running timer and of everything ' +
              'history remembers: none of them would be found again.',
          ),
        ]
      : []),
    ...states(before, now, renamed),
    ...events(before, now),
    ...delays(before, now),
    ...actors(before, now),
    ...context(before, now),
  ]
}

function states(before: Shape, now: Shape, renamed: boolean): Difference[] {
  const gone = Object.entries(before.states).filter(
    ([id]) => !(id in now.states) && !(renamed && id === before.machine),
  )
  const kept = Object.entries(before.states).flatMap(([id, old]) => {
    const next = now.states[id]
    return next ? state(id, old, next) : []
  })
  const added = Object.entries(now.states).filter(([id]) => !(id in before.states) && !(renamed && id === now.machine))
  return [
    ...gone.map(([id, { step }]) =>
      breaking(
        `The state "${id}"${step ? ` (the page "${step.title}")` : ''} is gone. Whoever is in it has nowhere to be.`,
      ),
    ),
    ...kept,
    ...added.map(([id, { step }]) =>
      step
        ? breaking(
            `The step "${id}" (the page "${step.title}") is new. Whoever is past its place already ` +
              'would never see it, unless a new version says that it has to be visited.',
          )
        : note(`The state "${id}" is new.`),
    ),
  ]
}

function state(id: string, old: StateShape, next: StateShape): Difference[] {
  const list: Difference[] = []
  if (old.type !== next.type)
    list.push(
      breaking(
        `The state "${id}" was ${article(old.type)} and is ${article(next.type)}. Whoever is in it ` +
          'would be put into its inner states without entering them.',
      ),
    )
  if (old.parent !== next.parent)
    list.push(
      breaking(
        `The state "${id}" moved from "${old.parent}" into "${next.parent}": where people are stored ` +
          'as being is not there any more.',
      ),
    )
  if (old.step && !next.step)
    list.push(breaking(`The state "${id}" is no step any more: whoever is in it has no page.`))
  if (!old.step && next.step) list.push(note(`The state "${id}" is a step now.`))
  if (old.step && next.step && old.step.path !== next.step.path)
    list.push(
      note(
        `The page of step "${id}" moved from "${old.step.path}" to "${next.step.path}": bookmarks of ` +
          'the old address lead to where the person is.',
      ),
    )
  for (const event of Object.keys(old.on))
    if (!(event in next.on))
      list.push(
        breaking(
          `The state "${id}" does not take "${event || 'its eventless way on'}" any more. Pages that ` +
            'are open there send it.',
        ),
      )
  for (const event of Object.keys(next.on)) {
    if (!(event in old.on)) list.push(note(`The state "${id}" takes "${event || 'an eventless way on'}" now.`))
    else if (String(old.on[event]) !== String(next.on[event]))
      list.push(
        note(`"${event}" leads from "${id}" to ${names(next.on[event])} now, and led to ${names(old.on[event])}.`),
      )
  }
  for (const delay of old.after)
    if (!next.after.includes(delay))
      list.push(
        breaking(`The state "${id}" has no timer "${delay}" any more. The ones that are running would be dropped.`),
      )
  for (const delay of next.after)
    if (!old.after.includes(delay))
      list.push(
        breaking(
          `The state "${id}" has a new timer "${delay}". It would start for everyone who is in the state already.`,
        ),
      )
  for (const [effect, src] of Object.entries(old.invoke)) {
    if (!(effect in next.invoke))
      list.push(
        breaking(
          `The state "${id}" does not run "${effect}" any more. The result of one that is running ` +
            'would be dropped, and whoever waits for it would wait for ever.',
        ),
      )
    else if (next.invoke[effect] !== src)
      list.push(
        breaking(
          `"${effect}" in the state "${id}" ran the actor "${src}" and runs "${next.invoke[effect]}" ` +
            'now. One that is running is retried as the new one.',
        ),
      )
  }
  for (const effect of Object.keys(next.invoke))
    if (!(effect in old.invoke))
      list.push(
        breaking(
          `The state "${id}" runs "${effect}" now (an invoke). It would start at once for everyone ` +
            'who is in the state already.',
        ),
      )
  return list
}

function events(before: Shape, now: Shape): Difference[] {
  return [
    ...Object.entries(before.events).flatMap(([type, old]) => {
      if (!(type in now.events))
        return [
          breaking(
            `The event "${type}" is gone. Pages that are open now would be refused when they send ` +
              'it: lift it, or keep it.',
          ),
        ]
      const next = now.events[type] ?? null
      if (old === null || next === null) return []
      return narrowing(old, next).map((text) =>
        breaking(
          `The event "${type}" takes less than before: ${text}. Pages that are open now send the old shape: lift it.`,
        ),
      )
    }),
    ...Object.keys(now.events)
      .filter((type) => !(type in before.events))
      .map((type) => note(`The event "${type}" is new.`)),
  ]
}

function delays(before: Shape, now: Shape): Difference[] {
  const lost = before.delays.filter((name) => !now.delays.includes(name))
  const added = now.delays.filter((name) => !before.delays.includes(name))
  const perhaps =
    lost.length === 1 && added.length === 1
      ? ` It may be called "${added[0]}" now: a running timer keeps the name it was started with.`
      : ''
  return [
    ...lost.map((name) =>
      breaking(`The delay "${name}" is gone.${perhaps} Timers that are running under it would be dropped.`),
    ),
    ...(perhaps ? [] : added.map((name) => note(`The delay "${name}" is new.`))),
  ]
}

function actors(before: Shape, now: Shape): Difference[] {
  return [
    ...before.actors
      .filter((name) => !now.actors.includes(name))
      .map((name) => breaking(`The actor "${name}" is gone. Effects of it that are running would be dropped.`)),
    ...now.actors.filter((name) => !before.actors.includes(name)).map((name) => note(`The actor "${name}" is new.`)),
  ]
}

function context(before: Shape, now: Shape): Difference[] {
  if (before.context === null || now.context === null) return []
  return narrowing(before.context, now.context).map((text) =>
    breaking(`The context takes less than before: ${text}. What is stored has the old shape.`),
  )
}

const names = (ids: readonly string[] = []): string => ids.map((id) => `"${id}"`).join(', ') || 'itself'

const article = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type} state`
