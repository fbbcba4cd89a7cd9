// `npm test`: gets this machine ready, then runs every stage, or those of `--only=lint,unit`, and sums up.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap, cache, root } from './bootstrap.mjs'
import { bold, command, failure, say, seconds } from './output.mjs'
import { onStop } from './stopping.mjs'

const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name)
const report = (/** @type {string} */ stage) => join(cache, `${stage}.json`)

/** @typedef {{ passed: number, failed: number, failures: string[] }} Counts `failures` are printed at the end. */

/** @type {(path: string) => Counts} */
function vitestCounts(path) {
  const { numPassedTests, numFailedTests, success, testResults } = JSON.parse(readFileSync(path, 'utf8'))
  /** @type {{ name: string, status: string, message: string, assertionResults: any[] }[]} */
  const files = testResults
  const failures = files.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed')
    if (tests.length === 0) return status === 'failed' ? [`${name}\n${message}`] : []
    return tests.map((test) => `${name} › ${test.fullName}\n${test.failureMessages.join('\n')}`)
  })
  // A file that cannot even be loaded has no tests to fail.
  return { passed: numPassedTests, failed: numFailedTests || (success ? 0 : 1), failures }
}

/** @type {(path: string) => Counts} */
function playwrightCounts(path) {
  const { stats, suites, errors } = JSON.parse(readFileSync(path, 'utf8'))
  /** @type {(suite: any) => string[]} */
  const failuresOf = ({ suites = [], specs = [] }) => [
    ...suites.flatMap(failuresOf),
    ...specs.flatMap((/** @type {any} */ { ok, file, line, title, tests }) => {
      if (ok) return []
      const results = tests.flatMap((/** @type {any} */ test) => test.results)
      const messages = results.flatMap((/** @type {any} */ result) => result.errors.map(messageOf))
      return [`${file}:${line} › ${title}\n${messages.join('\n')}`]
    }),
  ]
  const messageOf = (/** @type {any} */ error) => error.message ?? ''
  const failures = [...errors.map(messageOf), ...suites.flatMap(failuresOf)]
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, failures }
}

/**
 * @typedef {object} Stage
 * @property {string[]} [needs] tools besides packages
 * @property {string[][]} run commands, one after the other
 * @property {Record<string, string>} [env] added to ours
 * @property {(path: string) => Counts} [counts] reads the report of the stage
 */

/** @type {Record<string, Stage>} */
const stages = {
  lint: { run: [[bin('biome'), 'check', '--error-on-warnings', '.']] },
  types: {
    run: [
      [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'],
      [bin('tsc'), '--noEmit', '-p', 'apps/demo/tsconfig.json'],
      [bin('tsc'), '-p', 'packages/create-dogear/tsconfig.next.json'],
      [bin('tsc'), '-p', 'packages/create-dogear/tsconfig.hono.json'],
    ],
  },
  package: { run: [[process.execPath, join(root, 'scripts', 'package-check.mjs')]] },
  // The site of the docs, its links, its search.
  docs: { run: [[process.execPath, join(root, 'apps', 'docs', 'build.mjs')]] },
  // The end-to-end tests would build the demo and the README's app themselves. Here a stage that needs only one core
  // runs beside it.
  build: {
    run: [
      [
        process.execPath,
        '--import',
        'tsx',
        '--input-type=module',
        '--eval',
        "await (await import('./e2e/support/prepare.ts')).default(); " +
          "await (await import('./e2e/support/fresh-app.ts')).buildFreshApp()",
      ],
    ],
  },
  unit: {
    needs: ['redis', 'postgres', 'pgbouncer', 'openssl'],
    run: [
      [
        bin('vitest'),
        'run',
        '--allowOnly=false',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report('unit')}`,
      ],
    ],
    counts: vitestCounts,
  },
  e2e: {
    needs: ['redis', 'chromium', 'headless', 'openssl'],
    run: [[bin('playwright'), 'test', '-c', 'e2e/playwright.config.ts', '--forbid-only']],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report('e2e') },
    counts: playwrightCounts,
  },
}

/** Stages of one group run side by side; each of the others keeps two cores busy by itself. */
const groups = [['lint'], ['types'], ['package', 'build', 'docs'], ['unit'], ['e2e']]

/** @returns {string[]} */
function wantedStages() {
  const only = process.argv
    .slice(2)
    .flatMap((argument) => /^--only=(.+)$/.exec(argument)?.[1]?.split(',') ?? [argument])
  const unknown = only.find((name) => !stages[name])
  if (unknown)
    throw failure(`There is no stage "${unknown}": use npm test -- --only= with ${Object.keys(stages).join(', ')}.`)
  return only.length > 0 ? Object.keys(stages).filter((name) => only.includes(name)) : Object.keys(stages)
}

/**
 * Runs a stage. Its output is printed as it comes if it is `alone`, otherwise in one piece when the stage has ended.
 *
 * @param {string} name
 * @param {boolean} alone
 */
async function runStage(name, alone) {
  const { leash } = await import('./processes.mjs')
  const { run, env, counts } = stages[name] ?? { run: [] }
  // Under NODE_ENV=production React would load without what its tests need.
  const { NODE_ENV: _, ...inherited } = process.env
  const started = Date.now()
  /** @type {string[]} */
  const lines = []
  const output = alone ? { inherit: true } : { onLine: (/** @type {string} */ line) => lines.push(line) }
  if (alone) console.log(`\n${bold(name)}`)
  rmSync(report(name), { force: true })
  let sound = true
  for (const [program = '', ...args] of run) {
    const child = await leash(program, args, { cwd: root, env: { ...inherited, ...env }, ...output })
    const { code } = await child.exited
    sound = sound && code === 0
  }
  /** @type {Counts} */
  let { passed, failed, failures } = { passed: 0, failed: 0, failures: [] }
  try {
    if (counts) ({ passed, failed, failures } = counts(report(name)))
  } catch {
    sound = false
  }
  // A stage that fails without a failing test, as lint does, counts as one failure: the sum must never look green.
  if (!sound && failed === 0) failed = 1
  if (!alone) console.log([`\n${bold(name)}`, ...lines].join('\n'))
  console.log(`${name} ${sound ? 'passed' : 'FAILED'} in ${seconds(started)}`)
  return { name, sound, passed, failed, failures, took: seconds(started) }
}

command(async () => {
  bootstrap()
  mkdirSync(cache, { recursive: true })
  const wanted = wantedStages()
  const { ensureTools } = await import('./tools.mjs')
  ensureTools([...new Set(wanted.flatMap((name) => stages[name]?.needs ?? []))])
  onStop(() => process.exit(130))

  /** @type {Awaited<ReturnType<typeof runStage>>[]} */
  const results = []
  for (const group of groups.map((names) => names.filter((name) => wanted.includes(name))))
    results.push(...(await Promise.all(group.map((name) => runStage(name, group.length === 1)))))

  console.log()
  for (const failure of results.flatMap((result) => result.failures)) console.log(`${failure}\n`)
  for (const { name, sound, took } of results) say(`${name.padEnd(8)} ${sound ? 'passed' : 'FAILED'}  ${took}`)
  const sum = (/** @type {'passed' | 'failed'} */ key) => results.reduce((total, result) => total + result[key], 0)
  const broken = results.filter((result) => !result.sound).map((result) => result.name)
  if (broken.length > 0) {
    say(`Failed: ${broken.join(', ')}. Run one again with npm test -- --only=${broken.join(',')}`)
    process.exitCode = 1
  }
  say(`All stages took ${seconds()}`)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
})
