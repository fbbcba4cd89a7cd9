#!/usr/bin/env node
// Bin `dogear`: a list of commands.

import { readFileSync } from 'node:fs'
import { Command as Cli, CommanderError } from 'commander'
import { addOptions, type Command } from './command.ts'
import { run, type Settings, usage } from './run.ts'
import { argumentsLast } from './session-id.ts'

// Loaded by name, so that a command waits only for its own code. The help loads all of them.
const commands: Readonly<Record<string, () => Promise<Command<never>>>> = {
  worker: async () => (await import('./commands/worker.ts')).worker,
  show: async () => (await import('./commands/show.ts')).show,
  sessions: async () => (await import('./commands/sessions.ts')).sessions,
  send: async () => (await import('./commands/send.ts')).send,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  lock: async () => (await import('./commands/lock.ts')).lock,
  check: async () => (await import('./commands/check.ts')).check,
  agenda: async () => (await import('./commands/agenda.ts')).agenda,
  owners: async () => (await import('./commands/owners.ts')).owners,
  census: async () => (await import('./commands/census.ts')).census,
  migrate: async () => (await import('./commands/migrate.ts')).migrate,
  rekey: async () => (await import('./commands/rekey.ts')).rekey,
  erase: async () => (await import('./commands/erase.ts')).erase,
  dynamodb: async () => (await import('./commands/dynamodb.ts')).dynamodb,
}

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
const takesValue = new Map([
  ['--help', false],
  ['--version', false],
])
let exitCode = 0

const cli: Cli = new Cli('dogear')
  .description('Keeps flows moving and shows where they are.')
  .version((JSON.parse(manifest) as { version: string }).version)
  .exitOverride()
  .showHelpAfterError('(see dogear --help)')

function add(command: Command<never>): void {
  const { name, summary, arguments: wanted = [], options } = command
  const entry = cli.command(name).description(summary)
  for (const { name, text } of wanted) entry.argument(`<${name}>`, text)
  addOptions(entry, options)
  for (const { long, required } of entry.options) takesValue.set(long ?? '', required)
  entry.action(async (...given: unknown[]) => {
    const parsed = wanted.map(({ parse, refusal }, at) => parse(given[at] as string) ?? cli.error(`error: ${refusal}`))
    exitCode = await run(command, given[wanted.length] as Settings, parsed)
  })
}

const args = process.argv.slice(2)
const named = args[0] !== undefined && Object.hasOwn(commands, args[0]) ? [args[0]] : Object.keys(commands)
for (const name of named) {
  const command = await commands[name]?.()
  if (command) add(command)
}
try {
  await cli.parseAsync(argumentsLast(args, takesValue), { from: 'user' })
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  exitCode = error.exitCode === 0 ? 0 : usage
}
// A config without `close` may leave connections open, which would keep the process alive.
process.stdout.write('', () => process.exit(exitCode))
