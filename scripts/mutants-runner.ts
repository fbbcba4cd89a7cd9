// Loads all tests once, and has them judge one mutant after the other.
import { relative } from 'node:path'
import { BroadcastChannel } from 'node:worker_threads'
import { type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite, TestRunner, vi } from 'vitest'

/** A mutant, or none, to be judged by these tests, in this order, each within so many milliseconds. */
export type Judging = { mutant?: string; hitLimit?: number; tests: readonly [id: string, limitMs: number][] }
/**
 * The test that failed, if one did, out of so many, in `ms` altogether. Afterwards the process is `spoiled` if that
 * test fails without the mutant as well, or waited in vain: such a one is cut off for good.
 */
export type Judged = {
  nrOfTests: number
  ms: number
  failed?: { id: string; message: string; spoiled: 'late' | 'fails' | false }
  hits: number
}

type Stryker = { activeMutant?: string | undefined; hitCount?: number; hitLimit?: number | undefined }

export default class JudgingRunner extends TestRunner {
  #files = 0
  readonly #tests = new Map<string, RunnerTestCase[]>()

  onBeforeRunFiles(files: RunnerTestFile[]): void {
    if (this.injectValue('mode') !== 'judge') return
    for (const test of files.flatMap(testsIn)) {
      if (test.mode !== 'run' && test.mode !== 'queued') continue
      const id = idOf(test)
      this.#tests.set(id, [...(this.#tests.get(id) ?? []), test])
      test.mode = 'skip'
    }
  }

  override async onAfterRunFiles(): Promise<void> {
    super.onAfterRunFiles()
    if (this.injectValue('mode') === 'judge' && ++this.#files === this.injectValue('files')) await this.#judgeAll()
  }

  async #judgeAll(): Promise<void> {
    const channel = new BroadcastChannel(this.injectValue('channel'))
    await new Promise<void>((resolve) => {
      channel.onmessage = async (message) => {
        const judging = (message as { data: Judging | undefined }).data
        const judged = judging && (await this.#judge(judging, () => channel.postMessage('begins')))
        if (judged) channel.postMessage(judged)
        if (!judged || judged.failed?.spoiled) resolve()
      }
      channel.postMessage('ready')
    })
    channel.close()
  }

  async #judge({ mutant, hitLimit, tests }: Judging, begins: () => void): Promise<Judged> {
    const stryker: Stryker = (globalThis as never)[this.injectValue('globalNamespace')]
    Object.assign(stryker, { hitLimit, hitCount: 0 })
    const started = performance.now()
    let nrOfTests = 0
    const judged = (more: Partial<Judged> = {}): Judged => {
      return { nrOfTests, ms: performance.now() - started, hits: stryker.hitCount ?? 0, ...more }
    }
    for (const [id, limitMs] of tests) {
      for (const test of this.#tests.get(id) ?? []) {
        const attempt = async (active: string | undefined) => {
          begins()
          stryker.activeMutant = active
          const failure = await failureOf(test, limitMs)
          stryker.activeMutant = undefined
          return failure
        }
        nrOfTests++
        const failure = await attempt(mutant)
        if (!failure) continue
        const failed = { id, message: failure.message }
        if (failure.late) return judged({ failed: { ...failed, spoiled: 'late' } })
        if (mutant === undefined || (await attempt(undefined)))
          return judged({ failed: { ...failed, spoiled: 'fails' } })
        // A failure that does not come again was an accident.
        if (await attempt(mutant)) return judged({ failed: { ...failed, spoiled: false } })
      }
    }
    return judged()
  }
}

type Failure = { message: string; late: boolean }

/** The way in which the test fails, if it does; it is `late` if it has not ended by then. */
async function failureOf(test: RunnerTestCase, limitMs: number): Promise<Failure | undefined> {
  const after: (() => unknown)[] = []
  try {
    for (const suite of suitesOf(test)) {
      const { beforeEach, afterEach } = TestRunner.getSuiteHooks(suite)
      after.unshift(...afterEach.map((hook) => () => hook(test.context, suite)))
      for (const hook of beforeEach) {
        const end = await hook(test.context, suite)
        if (typeof end === 'function') after.unshift(() => end(test.context, suite))
      }
    }
    await within(limitMs, TestRunner.getTestFn(test)())
    while (after.length > 0) await after.shift()?.()
    return undefined
  } catch (error) {
    for (const end of after)
      await Promise.resolve()
        .then(end, () => {})
        .catch(() => {})
    vi.useRealTimers()
    vi.unstubAllEnvs()
    const message = error instanceof Error ? error.message : String(error)
    return { message, late: error instanceof Late }
  }
}

class Late extends Error {}

/** Tests may replace the timers of their process. */
const { setTimeout, clearTimeout } = globalThis

async function within<T>(ms: number, work: T): Promise<Awaited<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(`It waits in vain for ${Math.round(ms)} ms.`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const testsIn = (suite: RunnerTestSuite | RunnerTestFile): RunnerTestCase[] =>
  suite.tasks.flatMap((task) => (task.type === 'suite' ? testsIn(task) : task))

/** From the file inwards. */
function suitesOf(test: RunnerTestCase): RunnerTestSuite[] {
  const suites: RunnerTestSuite[] = []
  for (let suite = test.suite; suite; suite = suite.suite) suites.unshift(suite)
  return suites[0] === test.file ? suites : [test.file, ...suites]
}

/** The id that Stryker has for a test. */
function idOf(test: RunnerTestCase): string {
  const names = [test.name]
  for (let suite = test.suite; suite; suite = suite.suite) names.unshift(suite.name)
  return `${relative(process.cwd(), test.file.filepath)}#${names.join(' ').trim()}`
}
