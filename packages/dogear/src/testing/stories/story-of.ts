// Generated stories of a flow: told one after another until a rule is broken.

import type { AnyFlow } from '../visitor.ts'
import { type Choice, kinds } from './deeds.ts'
import type { Stories, StoryOptions } from './options.ts'
import { prepare } from './setting.ts'
import { tell } from './tell.ts'
import type { createStage } from './world.ts'

/**
 * Tells stories of a flow on engines in memory: events with double clicks, from stale tabs, from several devices, out
 * of place; drafts, timers, messages from the server; processes that die at every point of a turn; sessions of earlier
 * versions. After every deed the rules have to hold: nothing throws, no event that was taken is lost or counts twice,
 * the session never forks, views show what is stored, the context fits its schema, effects answer the same under the
 * same id, an end can be reached. The same story without accidents has to lead to the same place.
 *
 * Rejects with the shortest story that it finds for a broken rule, as code that can be pasted into a test, with its
 * seed and path. Needs `fast-check`. Rejects with a `TypeError` for an event of which no payload is accepted, which
 * needs `examples`, for locks that cannot be used, for a flow that `createEngine` refuses.
 */
export const storyOf = <F extends AnyFlow>(flow: F, options: StoryOptions = {}): Promise<Stories> =>
  storiesOn(undefined, flow, options)

/** The same, on engines of one's own making. */
export async function storiesOn(
  toStage: typeof createStage | undefined,
  given: AnyFlow,
  options: StoryOptions,
): Promise<Stories> {
  const { stories = 100, length = 24, path } = options
  const { default: fc } = await import('fast-check')
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const { flow, setting, starts } = await prepare(given, options, { seed, ...(toStage && { toStage }) })
  const seen = { deeds: 0, states: new Set<string>(), failedAt: Number.POSITIVE_INFINITY, told: 0 }

  const small = fc.nat(31)
  const choice: import('fast-check').Arbitrary<Choice> = fc.record({
    // The first one is what a story is shortened to.
    kind: fc.constantFrom('send', 'send', 'send', ...kinds),
    ...{ who: fc.nat(2), pick: small, payload: small },
  })
  const story = fc.record({
    start: fc.nat(2 * starts.length),
    outcomes: fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }),
    choices: fc.array(choice, { maxLength: length, size: 'max' }),
  })
  const property = fc.asyncProperty(story, async ({ start, outcomes, choices }) => {
    // A story that is told no more counts as one that ends well, so that the shortest one so far stays.
    if (performance.now() - seen.failedAt > shortenMs) return
    const told = await tell(setting, {
      number: ++seen.told,
      start: starts[start - starts.length - 1],
      outcomes,
      choices,
    })
    seen.deeds += told.deeds
    for (const state of told.states) seen.states.add(state)
    if (told.wrong === undefined) return
    seen.failedAt = Math.min(seen.failedAt, performance.now())
    throw new Error(`${told.wrong}\n\n${told.script}\n// ${told.wrong}`)
  })
  const one = path === undefined ? {} : { path, endOnFailure: true }
  const details = await fc.check(property, { seed, numRuns: stories, ...one })
  if (details.failed) {
    const again = `storyOf(…, { seed: ${seed}, path: '${details.counterexamplePath}' })`
    const { message } = details.errorInstance as Error
    throw new Error(`A story of flow "${flow.id}" went wrong: ${message}\n\nAgain, with the same options: ${again}`)
  }
  const steps = flow.steps.map(({ id }) => id)
  const unreached = steps.filter((id) => !seen.states.has(id))
  return { seed, stories: details.numRuns, deeds: seen.deeds, unreached }
}

/** How long a story that failed is shortened, in real milliseconds. */
const shortenMs = 10_000
