#!/usr/bin/env node
// Bin `dogear`: reads the command line, runs one command on the config's engine and store, and ends with its exit code.

import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { takeCensus } from './commands/census.ts'
import { check } from './commands/check.ts'
import { diagnose } from './commands/doctor.ts'
import { lock } from './commands/lock.ts'
import { migrateAll } from './commands/migrate.ts'
import { show } from './commands/show.ts'
import { work } from './commands/worker.ts'
import { loadConfig } from './config.ts'
import type { Config } from './define-config.ts'
import { createOutput, errorLine, type Output } from './output.ts'
import { toSessionId } from './session.ts'

type Common = { config?: string; json?: boolean }

const usage = 2
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
let exitCode = 0

const program: Command = new Command('dogear')
  .description('Keeps flows moving and shows where they are.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(see dogear --help)')

command('worker', 'Fire timers and take over effects until SIGTERM or SIGINT; a second signal ends at once.')
  .option('--concurrency <n>', 'sessions worked on at the same time', count, 32)
  .option('--idle-ms <n>', 'pause between two looks at an empty agenda', count, 500)
  .option('--drain-ms <n>', 'time that running effects have to finish after the signal', count, 1000)
  .action((options: Common & { concurrency: number; idleMs: number; drainMs: number }) =>
    run(options, (config, out) => work(config, options, { out, stopped: signalled() })),
  )

command('show', 'Show where one session is and what it waits for: no context, no values, no secrets.')
  .argument('<session>', 'its id, or the whole value of its cookie, which is hashed here and not printed')
  .action((text: string, options: Common) => {
    const session = toSessionId(text)
    if (session === undefined) program.error('error: this is neither a session id (43 characters) nor a cookie value')
    return run(options, (config, out) => show(config, { session, out }))
  })

command('doctor', 'Check the store: exit code 1 if it would lose sessions or refuse them.').action((options: Common) =>
  run(options, (config, out) => diagnose(config, { out })),
)

command('lock', 'Write down what this version of every flow is, and a sample of everyone who may be in it.')
  .option('--force', 'replace the lock of a version that was never deployed')
  .action((options: Common & { force?: boolean }) =>
    run(options, (config, out, folder) => lock(config, options, { out, folder })),
  )

command('check', 'Before a deploy: could everyone who is in a flow go on? Exit code 1 if not.')
  .option('--census <file>', 'say what would happen to the sessions that were counted')
  .action((options: Common & { census?: string }) =>
    run(options, (config, out, folder) => check(config, options, { out, folder })),
  )

command('census', 'Count live sessions by flow, version, state, and what they wait for. Reads only.')
  .option('--out <file>', 'also write the census to a file, for "dogear check --census"')
  .option('--batch <n>', 'sessions read at a time', count, 200)
  .option('--rate <n>', 'most sessions read per second', count, 5000)
  .action((options: Common & { out?: string; batch: number; rate: number }) =>
    run(options, (config, out) => takeCensus(config, options, { out, terminal: terminal() })),
  )

command('migrate', 'Lift sessions of earlier versions now instead of with their next turn. A dry run unless --write.')
  .option('--write', 'write them; builds that do not know the version can then not read them')
  .option('--rate <n>', 'most sessions per second', count, 200)
  .option('--batch <n>', 'sessions read at a time', count, 100)
  .option('--resume <file>', 'keep the place in a file, and go on from it')
  .action((options: Common & { write?: boolean; rate: number; batch: number; resume?: string }) =>
    run(options, (config, out) => migrateAll(config, options, { out, terminal: terminal(), stopped: signalled() })),
  )

const terminal = (): boolean => process.stderr.isTTY === true

function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--config <file>', 'default: the first dogear.config.{ts,mts,js,mjs} from here upward')
    .option('--json', 'print one JSON document and nothing else on stdout')
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It is a whole number from 1.')
  return value
}

async function run(
  { config: file, json = false }: Common,
  task: (config: Config, out: Output, folder: string) => Promise<number>,
): Promise<void> {
  const out = createOutput({
    json,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  })
  process.on('uncaughtException', (error) => {
    out.note(errorLine(error))
    process.exit(1)
  })
  const loaded = await loadConfig(file, process.cwd())
  if (!loaded.ok) {
    out.note(loaded.problem)
    if (json) out.document({ error: loaded.problem })
    exitCode = usage
    return
  }
  const { config } = loaded
  try {
    exitCode = await task(config, out, loaded.folder)
  } catch (error) {
    out.note(errorLine(error))
    if (json) out.document({ error: errorLine(error) })
    exitCode = 1
  }
  try {
    await config.close?.()
  } catch (error) {
    out.note(errorLine(error))
  }
}

/** Resolves to the first signal that asks to stop; the second ends the process. */
function signalled(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false
    for (const [signal, number] of [
      ['SIGINT', 2],
      ['SIGTERM', 15],
    ] as const) {
      process.on(signal, () => {
        if (asked) process.exit(128 + number)
        asked = true
        resolve(signal)
      })
    }
  })
}

/** An id may begin with a dash, which would be taken for an option: such a one goes behind `--`. */
function shielded(args: readonly string[]): string[] {
  const ids = args.filter((arg) => arg.startsWith('-') && toSessionId(arg) !== undefined)
  return [...args.filter((arg) => !ids.includes(arg)), ...(ids.length > 0 ? ['--', ...ids] : [])]
}

try {
  await program.parseAsync(shielded(process.argv.slice(2)), { from: 'user' })
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  exitCode = error.exitCode === 0 ? 0 : usage
}
// A config without `close` may leave connections behind that would hold the process.
process.stdout.write('', () => process.exit(exitCode))
