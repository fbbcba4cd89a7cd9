// The kinds of tests and their settings: the suffix of a file says what it needs (see CONTRIBUTING.md).
import { defineConfig } from 'vitest/config'

const roots = '{packages,apps,scripts,bench,faults}/**'
const exclude = ['**/node_modules/**', '**/dist/**', '**/.next/**']
const setupFiles = ['./scripts/vitest-quiet.mjs']
// These layers keep no state, so their tests can share a process with its modules; loading those takes half the time.
const pure = ['packages/dogear/src/{flow,turn,codec,keys}/**/*.test.ts', 'apps/demo/flows/**/*.test.ts']
// Properties run hundreds of cases, which takes long on a busy machine.
const testTimeout = 60_000

export default defineConfig({
  test: {
    pool: 'forks',
    // Vitest would keep one core for itself, and so run one file at a time on a machine with two.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'pure',
          include: pure,
          exclude: [...exclude, '**/*.live.test.ts'],
          setupFiles,
          isolate: false,
          testTimeout,
        },
      },
      {
        test: {
          name: 'unit',
          include: [`${roots}/*.test.ts`],
          exclude: [...exclude, ...pure, '**/*.live.test.ts'],
          setupFiles,
          testTimeout,
        },
      },
      {
        test: {
          name: 'live',
          include: [`${roots}/*.live.test.ts`],
          exclude,
          setupFiles,
          globalSetup: './scripts/vitest-services.mjs',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'dom',
          include: [`${roots}/*.dom.test.tsx`],
          exclude,
          setupFiles: [...setupFiles, './scripts/vitest-dom.mjs'],
          environment: 'jsdom',
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: [`${roots}/*.test-d.ts`],
            exclude,
            tsconfig: './tsconfig.types.json',
            // Errors in other files are reported by `npm run types`.
            ignoreSourceErrors: true,
          },
        },
      },
    ],
  },
})
