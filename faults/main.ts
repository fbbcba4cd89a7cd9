// The long form of the crash suite: every scenario, its report, and exit code 1 for any violation.

import { parseArgs } from 'node:util'
import { findRedis } from '../scripts/tools.mjs'
import { killMutants } from './mutants.ts'
import { type Finding, toTable, versions } from './report.ts'
import { type Options, type ScenarioName, scenarioNames, scenarios } from './scenarios/scenarios.ts'

const usage = `npm run faults -- [--scenario name[,name]] [--seed 1] [--checkouts 2000] [--timers 100000] [--minutes n]
    [--turns n]: until so many turns were taken and the time is up, the scenario that has had the least time so far is
    run again, with its next seed
scenarios: ${scenarioNames.join(', ')}, planted-bugs`

const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    seed: { type: 'string', default: '1' },
    checkouts: { type: 'string', default: '2000' },
    timers: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '0' },
    turns: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}

const wanted = values.scenario?.split(',') ?? ['planted-bugs', ...scenarioNames]
const unknown = wanted.find((name) => name !== 'planted-bugs' && !scenarioNames.includes(name as ScenarioName))
if (unknown) throw new TypeError(`there is no scenario "${unknown}"\n${usage}`)

const startedAt = Date.now()
const say = (line: string) => console.log(`${Math.round((Date.now() - startedAt) / 1_000)}`.padStart(5), 's ', line)
const options: Options = {
  checkouts: Number(values.checkouts),
  timers: Number(values.timers),
  say,
  seed: Number(values.seed),
}
const findings: Finding[] = []
const lines: string[] = []
let missed = 0
const turns = (of = findings) => of.reduce((sum, finding) => sum + finding.turns, 0)
const enough = () => turns() >= Number(values.turns) && Date.now() - startedAt >= Number(values.minutes) * 60_000

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, report)

if (wanted.includes('planted-bugs')) await mutants()
const runs = scenarioNames.filter((name) => wanted.includes(name)).map((name) => ({ name, ms: 0, count: 0 }))
while (runs.some(({ count }) => count === 0) || (runs.length > 0 && !enough())) {
  const run = runs.reduce((least, one) => (one.ms < least.ms ? one : least))
  const seed = options.seed + run.count++
  const began = Date.now()
  say(`${run.name}, seed ${seed}`)
  const found = await scenarios[run.name]({ ...options, seed }).catch((error: Error) => {
    lines.push(`${run.name}, seed ${seed} broke off: ${error.stack}`)
    missed++
    return report()
  })
  run.ms += Date.now() - began
  findings.push(...found)
  const wrong = found.reduce((sum, { violations }) => sum + violations.length, 0)
  say(`${run.name}, seed ${seed}: ${turns(found)} turns, ${wrong} violations; ${turns()} turns in all`)
}

report()

/** Prints what was found so far, and ends; as a failure, if a signal came before there was enough. */
function report(signal?: NodeJS.Signals): never {
  console.log(`\n${[...(findings.length > 0 ? [toTable(findings)] : []), ...lines].join('\n')}\n`)
  console.log(
    `${turns()} turns; ${versions(findRedis() ?? 'redis-server')}; ${Math.round((Date.now() - startedAt) / 1_000)} s`,
  )
  console.log(`Again with: npm run faults -- ${process.argv.slice(2).join(' ') || '--seed 1'}`)
  process.exit(signal || missed > 0 || findings.some(({ violations }) => violations.length > 0) ? 1 : 0)
}

async function mutants(): Promise<void> {
  say('planted-bugs')
  const { killed, survived, seenBy, withoutBug } = await killMutants()
  const all = killed.length + survived.length
  lines.push(`planted bugs: mutants killed ${killed.length}/${all}, violations without a bug ${withoutBug.length}`)
  for (const [name, rules] of Object.entries(seenBy)) lines.push(`  ${name}: ${rules.join(', ') || 'NOT SEEN'}`)
  for (const { rule, detail } of withoutBug) lines.push(`  without a bug: ${rule}: ${detail}`)
  missed += survived.length + withoutBug.length
}
