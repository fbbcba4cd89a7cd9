// The shape of a command: data, with a function that runs it. A command line gives each of its values once, none empty.

import { type Command as Cli, InvalidArgumentError } from 'commander'
import type { Config } from './define-config.ts'
import type { Output } from './output.ts'

/** `flags` as commander reads them. With `count`, the value is a whole number from 1, and `count` is its default. */
export type Option = { flags: string; text: string; count?: number }

/** `parse` returns undefined for a text it does not accept; the command line then prints `refusal`. */
export type Argument = { name: string; text: string; refusal: string; parse(text: string): string | undefined }

/**
 * `folder` is that of the config. `terminal` says that stderr is a terminal. `stopped` resolves to the first signal
 * that asks the process to stop. `given` are the parsed arguments.
 */
export type Context = {
  out: Output
  folder: string
  terminal: boolean
  stopped(): Promise<string>
  given: readonly string[]
}

export type Command<Options = object> = {
  name: string
  summary: string
  arguments?: readonly Argument[]
  options: readonly Option[]
  /** Resolves to the exit code. */
  run(config: Config, options: Options, context: Context): Promise<number>
}

const common: readonly Option[] = [
  { flags: '--config <file>', text: 'default: the first dogear.config.{ts,mts,js,mjs} from here upward' },
  { flags: '--json', text: 'print one JSON document and nothing else on stdout' },
]

/** Adds the options that every command has, then its own. A value that was given is never replaced by a later one. */
export function addOptions(entry: Cli, own: readonly Option[]): void {
  for (const { flags, text, count } of [...common, ...own]) {
    const option = entry.createOption(flags, text)
    if (count !== undefined) option.default(count)
    if (option.required)
      option.argParser((value: string) => {
        // A refusal does not repeat the value, as it may be a cookie.
        if (entry.getOptionValueSource(option.attributeName()) === 'cli')
          entry.error(`error: option '${flags}' is given twice: run the command once for each`)
        if (value.trim() === '' || entry.options.some(({ long }) => long === value))
          entry.error(`error: option '${flags}' is given no value: a variable may be unset`)
        return count === undefined ? value : toCount(value)
      })
    entry.addOption(option)
  }
}

function toCount(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It is a whole number from 1.')
  return value
}
