// The tests that judge the mutants of a folder: those in it, of the ground floor, of its routes, likely ones first, in one worker that keeps its modules.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const folder = process.env.DOGEAR_MUTANTS ?? '{turn,engine,codec}'
// What pages and forms ask of the engine is tested where they ask it.
const routes = ['http/routes/{forms,devices,handoffs,owners}']
const few = fileURLToPath(new URL('./mutants-fast-check.mjs', import.meta.url))

// The first test that fails has noticed the mutant, and the others are spared. A file that has just noticed one often
// notices the next, which lies beside it.
class LikelyFirst extends BaseSequencer {
  readonly #files = new Map<string, { result: unknown; tookMs: number; noticedIn: number }>()
  #round = 0

  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    this.#round++
    const costs = new Map(files.map((file) => [file, this.#costOf(file)]))
    return files.sort((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0))
  }

  /** The longest time the file took; a tenth of it if it noticed a mutant in one of the last rounds. */
  #costOf({ project, moduleId }: TestSpecification): number {
    const result = this.ctx.cache.getFileTestResults(`${project.name}:${relative(this.ctx.config.root, moduleId)}`)
    let file = this.#files.get(moduleId) ?? { result: undefined, tookMs: 0, noticedIn: Number.NEGATIVE_INFINITY }
    if (result && result !== file.result) {
      const tookMs = Math.max(file.tookMs, result.duration)
      file = { result, tookMs, noticedIn: result.failed ? this.#round : file.noticedIn }
    }
    this.#files.set(moduleId, file)
    return file.tookMs * (this.#round - file.noticedIn < 5 ? 0.1 : 1)
  }
}

export default defineConfig({
  plugins: [
    {
      name: 'few-cases',
      enforce: 'pre',
      resolveId: (id, importer) => (id === 'fast-check' && importer !== few ? few : undefined),
    },
  ],
  test: {
    include: ['*', `${folder}/**/*`, ...(folder === 'engine' ? routes : [])].map(
      (files) => `packages/dogear/src/${files}.test.ts`,
    ),
    // The property of migrations is worth nothing below some hundred cases; measuring memory takes half a minute.
    exclude: ['**/*.live.test.ts', '**/evolution.property.test.ts', '**/cache-memory.test.ts'],
    setupFiles: ['./scripts/vitest-quiet.mjs'],
    sequence: { sequencer: LikelyFirst },
    runner: './scripts/mutants-runner.ts',
    isolate: false,
    // Many mutants are noticed by waiting in vain. Tests that take longer say so themselves.
    testTimeout: 4_000,
  },
})
