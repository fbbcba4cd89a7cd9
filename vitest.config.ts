// The kinds of tests and their settings: the suffix of a file says what it needs (see CONTRIBUTING.md). Tests of types,
// `*.test-d.ts`, are what `npm run types` compiles.
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { Mixed } from './scripts/vitest-order.mjs'

const roots = '{packages,apps,scripts,bench,faults}/**'
const exclude = ['**/node_modules/**', '**/dist/**', '**/.next/**']
const setupFiles = ['./scripts/vitest-quiet.mjs']

/** The files of a kind of test below a folder, installed and built ones left out. */
function testsIn(folder: string, kind: RegExp): string[] {
  return readdirSync(join(import.meta.dirname, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return /^(node_modules|dist|\..*)$/.test(entry.name) ? [] : testsIn(name, kind)
    return kind.test(name) ? [name] : []
  })
}

// Test files share a process with its modules, because loading those takes as long as most tests. A file that changes
// what they would share, a module, the clock, a global or the environment, has a process of its own, and so has one
// that measures the memory.
const needsOwn =
  /\bvi\.(mock|useFakeTimers|stubGlobal|stubEnv)\b|\bprocess\.(env|memoryUsage)\b|(?<!typeof )\bglobalThis\b/
const alone = (kind: RegExp): string[] =>
  ['packages', 'apps', 'scripts', 'bench', 'faults']
    .flatMap((folder) => testsIn(folder, kind))
    .filter((name) => needsOwn.test(readFileSync(join(import.meta.dirname, name), 'utf8')))
const unitAlone = alone(/(?<!\.live)\.test\.ts$/)
const domAlone = alone(/\.dom\.test\.tsx$/)
// Properties run hundreds of cases, which takes long on a busy machine.
const testTimeout = 60_000
// No claim of any test, only how long one waits on a busy machine for what will come.
const poll = { timeout: 20_000 }
const dom = {
  setupFiles: [...setupFiles, './scripts/vitest-dom.mjs'],
  environment: 'jsdom',
  testTimeout: 60_000,
  expect: { poll },
}

export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: Mixed },
    // No more than there are cores: the processes that live tests start keep those busy while their tests wait.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${roots}/*.test.ts`],
          exclude: [...exclude, ...unitAlone, '**/*.live.test.ts'],
          setupFiles,
          isolate: false,
          testTimeout,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'alone',
          include: unitAlone,
          setupFiles,
          testTimeout,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'live',
          include: [`${roots}/*.live.test.ts`],
          exclude,
          setupFiles,
          globalSetup: ['./scripts/vitest-services.mjs', './scripts/vitest-command.mjs'],
          // Many start processes, one after the other.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'dom',
          include: [`${roots}/*.dom.test.tsx`],
          exclude: [...exclude, ...domAlone],
          isolate: false,
          ...dom,
        },
      },
      {
        test: {
          name: 'dom alone',
          include: domAlone,
          ...dom,
        },
      },
    ],
  },
})
