// Options of every command: given twice or without a value they are refused, and the command does not run.

import { Command as Cli } from 'commander'
import { expect, it } from 'vitest'
import { addOptions } from './command.ts'
import { agenda } from './commands/agenda.ts'
import { census } from './commands/census.ts'
import { check } from './commands/check.ts'
import { erase } from './commands/erase.ts'
import { migrate } from './commands/migrate.ts'
import { owners } from './commands/owners.ts'
import { rekey } from './commands/rekey.ts'
import { send } from './commands/send.ts'
import { sessions } from './commands/sessions.ts'
import { worker } from './commands/worker.ts'

const commands = [agenda, census, check, erase, migrate, owners, rekey, send, sessions, worker]

/** The options that a command line gives to the command, or the refusal. */
function parse(of: (typeof commands)[number], args: readonly string[]) {
  const said: string[] = []
  const entry = new Cli(of.name).exitOverride().configureOutput({ writeErr: (text) => said.push(text) })
  addOptions(entry, of.options)
  try {
    return { options: entry.parse(args, { from: 'user' }).opts(), said }
  } catch {
    return { refused: said.join('') }
  }
}

const cases = commands.flatMap((command) => {
  const own = [{ flags: '--config <file>' }, ...command.options].filter(({ flags }) => flags.includes('<'))
  return own.map((option) => ({
    ...{ name: command.name, command, flags: option.flags },
    ...{ long: option.flags.replace(/ .*/, ''), isCount: 'count' in option },
  }))
})

it.each(cases)('$name refuses $flags where it is given twice', ({ command, flags, long }) => {
  const refused = `error: option '${flags}' is given twice: run the command once for each\n`
  for (const args of [
    [long, '1', long, '2'],
    [`${long}=1`, '--json', `${long}=1`],
    [long, '1', `${long}=`],
  ])
    expect(parse(command, args)).toEqual({ refused })
})

it.each(cases)('$name refuses $flags without a value', ({ command, flags, long }) => {
  const refused = `error: option '${flags}' is given no value: a variable may be unset\n`
  for (const args of [[long, ''], [`${long}=`], [long, ' '], [long, '--json'], [long, long, '1']])
    expect(parse(command, args)).toEqual({ refused })
})

it.each(cases)('$name takes $flags once, and has its default without', ({ command, long, isCount }) => {
  const name = long.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  expect(parse(command, [long, '7', '--json', '--json'])).toMatchObject({
    options: { [name]: isCount ? 7 : '7', json: true },
    said: [],
  })
  expect(typeof parse(command, []).options?.[name]).toBe(isCount ? 'number' : 'undefined')
})

it('refuses a count that is no whole number', () => {
  expect(parse(erase, ['--rate', '1.5']).refused).toContain('It is a whole number from 1.')
})
