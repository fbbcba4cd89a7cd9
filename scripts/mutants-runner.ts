// Loads all tests once, and has them judge one mutant after the other.
import { relative } from 'node:path'
import { BroadcastChannel } from 'node:worker_threads'
import { type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite, TestRunner, vi } from 'vitest'

/** A mutant, or none, to be judged by the tests with these ids, in this order, or all; `undefined` ends the work. */
export type Judging = { mutant?: string; hitLimit?: number; tests?: readonly string[] } | undefined
/**
 * The milliseconds that each test took, and the one that failed, if one did. Afterwards the process is `spoiled` if
 * that test fails without the mutant as well, or waited in vain: such a one is cut off for good.
 */
export type Judged = {
  took: [id: string, ms: number][]
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
        const judging = (message as { data: Judging }).data
        const judged = judging && (await this.#judge(judging))
        if (judged) channel.postMessage(judged)
        if (!judged || judged.failed?.spoiled) resolve()
      }
      channel.postMessage('ready')
    })
    channel.close()
  }

  async #judge({ mutant, hitLimit, tests = [...this.#tests.keys()] }: NonNullable<Judging>): Promise<Judged> {
    const stryker: Stryker = (globalThis as never)[this.injectValue('globalNamespace')]
    Object.assign(stryker, { hitLimit, hitCount: 0 })
    const took: Judged['took'] = []
    for (const id of tests) {
      for (const test of this.#tests.get(id) ?? []) {
        stryker.activeMutant = mutant
        const started = performance.now()
        const message = await failureOf(test)
        const ms = performance.now() - started
        stryker.activeMutant = undefined
        took.push([id, ms])
        if (message === undefined) continue
        const hits = stryker.hitCount ?? 0
        const spoiled = ms >= this.config.testTimeout ? 'late' : (await failureOf(test)) !== undefined && 'fails'
        return { took, failed: { id, message, spoiled }, hits }
      }
    }
    return { took, hits: stryker.hitCount ?? 0 }
  }
}

/** The message of the error with which the test fails, if it does. */
async function failureOf(test: RunnerTestCase): Promise<string | undefined> {
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
    await TestRunner.getTestFn(test)()
    while (after.length > 0) await after.shift()?.()
    return undefined
  } catch (error) {
    for (const end of after)
      await Promise.resolve()
        .then(end, () => {})
        .catch(() => {})
    vi.useRealTimers()
    vi.unstubAllEnvs()
    return error instanceof Error ? error.message : String(error)
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
