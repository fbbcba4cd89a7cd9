// The actors of a flow in a test: what they answer, each call noted with its key.

import { isDeepStrictEqual } from 'node:util'
import type { Flow } from '../flow/define.ts'
import { type EffectCall, fromEffect, promiseOf } from '../flow/machine.ts'

/**
 * The answers of effects by the names of their actors, first to last; an `Error` is a failure for good, unless its
 * `retryable` says otherwise. The last one is given again and again, and every try of one effect gets the same.
 */
export type Answers = Readonly<Record<string, readonly unknown[]>>

/** The tries of one effect: `outputs` of those that were answered. */
export type EffectStory = { src: string; effectId: string; tries: number; outputs: unknown[] }

export type Actors = {
  /** True while an actor is at work, or may be called again in a moment. */
  readonly busy: boolean
  readonly effects: ReadonlyMap<string, EffectStory>
  /** Forgets every effect, and answers from now on as it is told. */
  reset(answers: Answers): void
  /**
   * The flow with its actors watched, and hardly a pause between two tries. `at` is told of the points of a call, which
   * begins when `meet` is over.
   */
  watch(
    flow: Flow,
    {
      at,
      meet,
    }: {
      at: () => (point: 'mid-effect' | 'after-effect') => void
      meet: (effectId: string) => Promise<void> | undefined
    },
  ): Flow
}

/** Longer than the pause between two tries, in real milliseconds. */
const restlessMs = 20

export function createActors(given: Answers): Actors {
  let answers = given
  const effects = new Map<string, EffectStory>()
  let underWay = 0
  let restlessUntil = 0

  function storyOf(src: string, { effectId }: EffectCall): EffectStory {
    const story = effects.get(effectId) ?? { src, effectId, tries: 0, outputs: [] }
    effects.set(effectId, story)
    story.tries++
    return story
  }

  async function answer(src: string, { effectId }: EffectStory): Promise<unknown> {
    const known = [...effects.values()].filter((one) => one.src === src)
    const nth = known.findIndex((one) => one.effectId === effectId)
    const list = answers[src] ?? []
    const result = list[Math.min(nth, list.length - 1)]
    if (result instanceof Error) throw Object.assign(result, { retryable: Object(result).retryable ?? false })
    return result
  }

  return {
    effects,
    get busy() {
      return underWay > 0 || performance.now() < restlessUntil
    },
    reset(next) {
      answers = next
      effects.clear()
    },
    watch(flow, process) {
      const names = Object.keys(flow.machine.implementations.actors).filter((src) => promiseOf(flow.machine, src))
      const watched = (src: string) =>
        fromEffect(async (call: EffectCall) => {
          const at = process.at()
          const story = storyOf(src, call)
          underWay++
          try {
            await process.meet(call.effectId)
            const own = promiseOf(flow.machine, src)
            const begun = answers[src] ? answer(src, story) : Promise.resolve(own?.(call))
            begun.catch(() => {})
            at('mid-effect')
            const output = await begun
            story.outputs.push(output)
            at('after-effect')
            return output
          } catch (error) {
            restlessUntil = performance.now() + restlessMs
            throw error
          } finally {
            underWay--
          }
        })
      const provided = flow.provide({ actors: Object.fromEntries(names.map((src) => [src, watched(src)])) })
      const soon = names.map((src) => [src, { ...flow.effects[src], backoff: 1 }])
      return { ...provided, effects: Object.fromEntries(soon) }
    },
  }
}

/** True if every try of the effect that was answered got the same answer. */
export const isIdempotent = ({ outputs }: EffectStory): boolean =>
  outputs.every((output) => isDeepStrictEqual(output, outputs[0]))
