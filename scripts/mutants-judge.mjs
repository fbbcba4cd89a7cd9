// The test runner of Stryker: Vitest's, with a process that has loaded all tests and judges one mutant after the other.
import { BroadcastChannel } from 'node:worker_threads'
import { strykerPlugins as vitest } from '@stryker-mutator/vitest-runner'
import { isDrawn, nameOf, readJournal, writeJournal } from './mutants-journal.mjs'

/** @typedef {import('./mutants-runner.ts').Judged} Judged */
/** @typedef {import('./mutants-runner.ts').Judging} Judging */
/** @typedef {import('./mutants-journal.mjs').Mutant} Mutant */
/** @typedef {import('./mutants-journal.mjs').Verdict} Verdict */
/** `ended`: the thread of the tests is gone; `silent`: nothing was heard of it for long. */
/** @typedef {Judged | 'ready' | 'begins' | 'ended' | 'silent'} Answer */

const loadMs = 300_000
/** The least that a test may take, and how many times what it takes without a mutant: the machine may be busy. */
const patienceMs = 4_000
const patience = 10
/** A process in which a test neither ends nor can be cut off by then goes round endlessly. */
const silenceMs = 15_000
/** How often a test that waited in vain is asked again when it is slow without the mutant too. */
const tries = 3
/** Where all tests together would take longer, the quickest are asked that take so long. */
const mostMs = 30_000

/** @param {any} injector */
function createRunner(injector) {
  const inner = /** @type {any} */ (vitest[0]).factory(injector)
  const journal = process.env.DOGEAR_JOURNAL ?? ''
  const share = Number(process.env.DOGEAR_SHARE ?? 1)
  const name = `mutants-${process.pid}`
  const channel = new BroadcastChannel(name)
  /** @type {(answer: Answer) => void} */
  let answered = () => {}
  /** @returns {Promise<Answer>} */
  const answer = () => new Promise((resolve) => (answered = resolve))
  channel.onmessage = (message) => answered(/** @type {any} */ (message).data)
  /** @type {Promise<unknown> | undefined} */
  let running
  /** @type {Map<string, number>} the milliseconds of each test without a mutant */
  const costs = new Map()
  /** @type {Set<string>} the tests that have noticed a mutant; they are likely to notice its neighbours */
  const sharp = new Set()
  /** @type {Map<string, Verdict | undefined>} by the name of the mutant; none for one that ended its process */
  const known = new Map()

  /** @param {string} id */
  const limitOf = (id) => patienceMs + patience * (costs.get(id) ?? 0)
  /**
   * The likely tests first: the mutant's own, those that have noticed another, the quick ones.
   *
   * @param {string} file
   * @param {string[]} tests
   */
  function inOrder(file, tests) {
    const own = file.slice(file.indexOf('packages/'), -3)
    const rank = new Map(
      tests.map((id) => [id, (costs.get(id) ?? 0) / (sharp.has(id) || id.startsWith(own) ? 100 : 1)]),
    )
    let ms = 0
    return tests
      .toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))
      .filter((id) => {
        const fits = ms < mostMs
        ms += costs.get(id) ?? 0
        return fits
      })
  }

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
    const timer = setTimeout(() => answered('silent'), loadMs)
    if ((await ready) !== 'ready') throw new Error('The tests that judge mutants could not be loaded.')
    clearTimeout(timer)
  }

  /**
   * Ends the thread where it can judge no more.
   *
   * @param {Judging} judging
   * @returns {Promise<Judged | 'ended' | 'silent'>}
   */
  async function judge(judging) {
    channel.postMessage(judging)
    const longest = Math.max(...judging.tests.map(([, ms]) => ms), patienceMs)
    for (;;) {
      const timer = setTimeout(() => answered('silent'), longest + silenceMs)
      const judged = await answer()
      clearTimeout(timer)
      if (judged === 'begins' || judged === 'ready') continue
      // Asked twice, Vitest does not wait for the thread.
      if (judged === 'silent') await Promise.allSettled([1, 2].map(() => inner.ctx.cancelCurrentRun('timeout')))
      if (typeof judged === 'string' || judged.failed?.spoiled) await running
      return judged
    }
  }

  /**
   * @param {Mutant & { id: string }} mutant
   * @param {string[]} tests
   * @param {number} [hitLimit] how often the mutant may be come by
   * @returns {Promise<Verdict>}
   */
  async function verdictOn(mutant, tests, hitLimit = Number.POSITIVE_INFINITY) {
    const asked = inOrder(mutant.fileName, tests)
    for (let tried = 1; ; tried++) {
      const fresh = !running
      if (fresh) await load()
      const judged = await judge({ mutant: mutant.id, hitLimit, tests: asked.map((id) => [id, limitOf(id)]) })
      if (judged === 'silent') return { status: 'timeout', reason: 'No test ends any more.' }
      if (judged === 'ended') {
        if (tried < tries) continue
        return { status: 'killed', killedBy: [], failureMessage: 'It ends the thread of the tests.' }
      }
      const { failed, nrOfTests, hits } = judged
      if (hits > hitLimit) return { status: 'timeout', reason: 'It goes round a hundred times as often.' }
      if (!failed) return { status: 'survived', nrOfTests }
      const { id, message, spoiled } = failed
      // An earlier mutant may have left something behind.
      if (spoiled === 'fails' && !fresh && tried < tries) continue
      if (spoiled) {
        await load()
        const without = await judge({ tests: [[id, limitOf(id)]] })
        const ms = typeof without === 'object' && !without.failed ? without.ms : Number.POSITIVE_INFINITY
        if (ms > limitOf(id) / 4) {
          if (tried === tries) return { status: 'error', errorMessage: `The machine is too busy to tell: ${message}` }
          continue
        }
      }
      sharp.add(id)
      return { status: 'killed', killedBy: [id], failureMessage: message, nrOfTests }
    }
  }

  return {
    capabilities: () => inner.capabilities(),
    // The tests are loaded where no time is kept.
    async init() {
      await inner.init()
      if (!(Number(process.env.STRYKER_MUTATOR_WORKER) > 0)) return
      for (const { mutant, verdict, costs: entries } of readJournal(journal)) {
        if (mutant) known.set(mutant, verdict)
        for (const [id, ms] of entries ?? []) costs.set(id, ms)
      }
      await load()
    },
    async dryRun(/** @type {unknown} */ options) {
      const result = await inner.dryRun(options)
      for (const { mutant, verdict } of readJournal(journal)) if (mutant && verdict) known.set(mutant, verdict)
      for (const { id, timeSpentMs } of result.tests ?? []) costs.set(id, timeSpentMs)
      writeJournal(journal, { costs: [...costs] })
      await load()
      return result
    },
    /** @param {{ activeMutant: Mutant & { id: string }, testFilter?: string[], hitLimit?: number }} options */
    async mutantRun({ activeMutant, testFilter, hitLimit }) {
      const mutant = nameOf(activeMutant)
      if (known.has(mutant)) return known.get(mutant) ?? { status: 'timeout', reason: 'It ended its process.' }
      if (!isDrawn(mutant, share)) return { status: 'error', errorMessage: 'It was not drawn.' }
      writeJournal(journal, { mutant })
      const verdict = await verdictOn(activeMutant, testFilter ?? [...costs.keys()], hitLimit)
      if (verdict.status !== 'error') writeJournal(journal, { mutant, verdict })
      return verdict
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
