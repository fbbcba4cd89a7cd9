// The tests that judge the mutants of a folder: those in it, quick ones first, in one worker that keeps its modules.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const few = fileURLToPath(new URL('./mutants-fast-check.mjs', import.meta.url))
const isSlow = ({ moduleId }: TestSpecification): boolean => /property|half-way|faults/.test(moduleId)

// The first test that fails has noticed the mutant, and the others are spared.
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files.filter((file) => !isSlow(file)), ...files.filter(isSlow)]
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
    include: [`packages/dogear/src/${process.env.DOGEAR_MUTANTS ?? '{turn,engine,codec}'}/**/*.test.ts`],
    // The property of migrations is worth nothing below some hundred cases.
    exclude: ['**/*.live.test.ts', '**/evolution.property.test.ts'],
    setupFiles: ['./scripts/vitest-quiet.mjs'],
    sequence: { sequencer: QuickFirst },
    isolate: false,
    testTimeout: 10_000,
  },
})
