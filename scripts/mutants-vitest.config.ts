// The tests that judge the mutants of a folder: those in it and of the ground floor, in one worker.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const folder = process.env.DOGEAR_MUTANTS ?? '{turn,engine,codec}'
// The questions that pages and forms ask the engine are tested where they ask them.
const routes = ['http/begin-again', 'http/routes/{forms,devices,handoffs,owners}']
const few = fileURLToPath(new URL('./mutants-fast-check.mjs', import.meta.url))

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
    runner: './scripts/mutants-runner.ts',
    isolate: false,
    // The judge keeps the time of each test itself, by what the test takes without a mutant.
    testTimeout: 60_000,
  },
})
