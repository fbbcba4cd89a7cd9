// `npm test`: gets this machine ready, then runs every stage, or those of `--only=lint,unit`, and sums up.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap, cache, root } from './bootstrap.mjs'
import { bold, command, failure, say, seconds } from './output.mjs'
import { onStop } from './stopping.mjs'

const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name)
const report = (/** @type {string} */ stage) => join(cache, `${stage}.json`)

/** @typedef {{ passed: number, failed: number }} Counts */

/** @type {(path: string) => Counts} */
function vitestCounts(path) {
  const { numPassedTests, numFailedTests, success } = JSON.parse(readFileSync(path, 'utf8'))
  // A file that cannot even be loaded has no tests to fail.
  return { passed: numPassedTests, failed: numFailedTests || (success ? 0 : 1) }
}

/** @type {(path: string) => Counts} */
function playwrightCounts(path) {
  const { stats } = JSON.parse(readFileSync(path, 'utf8'))
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected }
}

/** @typedef {{ needs?: string[], run: string[][], env?: Record<string, string> }} Commands */
/** @type {Record<string, Commands & { counts?: (path: string) => Counts }>} */
const stages = {
  lint: { run: [[bin('biome'), 'check', '--error-on-warnings', '.']] },
  types: {
    run: [
      [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'],
      [bin('tsc'), '--noEmit', '-p', 'apps/demo/tsconfig.json'],
    ],
  },
  unit: {
    needs: ['redis', 'postgres'],
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
  package: { run: [[process.execPath, join(root, 'scripts', 'package-check.mjs')]] },
  e2e: {
    needs: ['redis', 'chromium'],
    run: [[bin('playwright'), 'test', '-c', 'e2e/playwright.config.ts', '--forbid-only']],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report('e2e') },
    counts: playwrightCounts,
  },
}

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

/** @param {string} name */
async function runStage(name) {
  const { leash } = await import('./processes.mjs')
  const { run, env, counts } = stages[name] ?? { run: [] }
  // Under NODE_ENV=production React would load without what its tests need.
  const { NODE_ENV: _, ...inherited } = process.env
  const started = Date.now()
  console.log(`\n${bold(name)}`)
  rmSync(report(name), { force: true })
  let sound = true
  for (const [program = '', ...args] of run) {
    const child = await leash(program, args, { cwd: root, env: { ...inherited, ...env }, inherit: true })
    const { code } = await child.exited
    sound = sound && code === 0
  }
  /** @type {Counts} */
  let { passed, failed } = { passed: 0, failed: 0 }
  try {
    if (counts) ({ passed, failed } = counts(report(name)))
  } catch {
    sound = false
  }
  // A stage that fails without a failing test, as lint does, counts as one failure: the sum must never look green.
  if (!sound && failed === 0) failed = 1
  console.log(`${name} ${sound ? 'passed' : 'FAILED'} in ${seconds(started)}`)
  return { name, sound, passed, failed, took: seconds(started) }
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
  for (const name of wanted) results.push(await runStage(name))

  console.log()
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
