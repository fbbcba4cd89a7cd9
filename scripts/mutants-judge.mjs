// The test runner of Stryker: Vitest's, with a process that has loaded all tests and judges one mutant after the other.
import { BroadcastChannel } from 'node:worker_threads'
import { strykerPlugins as vitest } from '@stryker-mutator/vitest-runner'

/** @typedef {import('./mutants-runner.ts').Judged} Judged */
/** @typedef {import('./mutants-runner.ts').Judging} Judging */

/** @param {any} injector */
function createRunner(injector) {
  const inner = /** @type {any} */ (vitest[0]).factory(injector)
  const name = `mutants-${process.pid}`
  const channel = new BroadcastChannel(name)
  /** @type {(answer: Judged | 'ready' | 'ended') => void} */
  let answered = () => {}
  /** @returns {Promise<Judged | 'ready' | 'ended'>} */
  const answer = () => new Promise((resolve) => (answered = resolve))
  channel.onmessage = (message) => answered(/** @type {any} */ (message).data)
  /** @type {Promise<unknown> | undefined} */
  let running
  /** The time a test took, so that quick ones come first; next to none for one that has just noticed a mutant. */
  const costs = new Map()

  async function load() {
    const { ctx } = inner
    ctx.provide('mode', 'judge')
    ctx.provide('channel', name)
    ctx.provide('files', (await ctx.globTestSpecifications()).length)
    const ready = answer()
    inner.resetContext()
    running = ctx.start().finally(() => {
      running = undefined
      answered('ended')
    })
    if ((await ready) !== 'ready') throw new Error('The tests that judge mutants could not be loaded.')
    if (costs.size > 0) return
    const { failed } = await judge({})
    if (failed) throw new Error(`"${failed.id}" fails without a mutant: ${failed.message}`)
  }

  /** @param {Judging} judging @returns {Promise<Judged>} */
  async function judge(judging) {
    const reply = answer()
    channel.postMessage(judging)
    const judged = await reply
    if (typeof judged === 'string') throw new Error('The tests that judge mutants ended without an answer.')
    for (const [id, ms] of judged.took) costs.set(id, id === judged.failed?.id ? ms / 100 : ms)
    return judged
  }

  return {
    capabilities: () => inner.capabilities(),
    // The tests are loaded where no time is kept.
    async init() {
      await inner.init()
      if (Number(process.env.STRYKER_MUTATOR_WORKER) > 0) await load()
    },
    async dryRun(/** @type {unknown} */ options) {
      const result = await inner.dryRun(options)
      await load()
      return result
    },
    /** @param {{ activeMutant: { id: string }, testFilter?: string[], hitLimit?: number }} options */
    async mutantRun({ activeMutant, testFilter, hitLimit }) {
      const costOf = (/** @type {string} */ id) => costs.get(id) ?? 0
      const limit = hitLimit === undefined ? {} : { hitLimit }
      for (;;) {
        const fresh = !running
        if (fresh) await load()
        const tests = testFilter ? { tests: testFilter.toSorted((a, b) => costOf(a) - costOf(b)) } : {}
        const { failed, took, hits } = await judge({ mutant: activeMutant.id, ...tests, ...limit })
        const nrOfTests = took.length
        if (failed?.spoiled) await running
        // An earlier mutant may have left something behind.
        if (failed?.spoiled === 'fails' && !fresh) continue
        if (hitLimit !== undefined && hits > hitLimit) return { status: 'timeout', reason: 'It goes round endlessly.' }
        if (!failed) return { status: 'survived', nrOfTests }
        return { status: 'killed', killedBy: [failed.id], failureMessage: failed.message, nrOfTests }
      }
    },
    async dispose() {
      if (running) channel.postMessage(undefined)
      await running
      channel.close()
      await inner.dispose()
    },
  }
}
createRunner.inject = ['$injector']

export const strykerPlugins = [{ kind: 'TestRunner', name: 'judge', factory: createRunner }]
