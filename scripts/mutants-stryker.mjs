// Which changes are made to the source, one at a time, to see a test fail. Run by `npm run mutants`.

export default {
  testRunner: 'judge',
  plugins: ['@stryker-mutator/vitest-runner', './scripts/mutants-judge.mjs', './scripts/mutants-messages.mjs'],
  vitest: { configFile: 'scripts/mutants-vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A mutant of what runs once, at import, would need a new worker and every test.
  ignoreStatic: true,
  ignorers: ['messages'],
  ignorePatterns: ['apps', 'bench', 'e2e', 'faults', '*.md'],
  incremental: true,
  reporters: ['progress-append-only'],
  // The judge keeps time itself, and tells apart what is endless and what is slow on a busy machine.
  timeoutMS: 600_000,
  timeoutFactor: 1.5,
  dryRunTimeoutMinutes: 30,
  cleanTempDir: 'always',
  // The TypeScript of this workspace cannot read a tsconfig for others, and the sandbox needs none rewritten.
  tsconfigFile: 'none',
}
