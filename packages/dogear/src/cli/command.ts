// The shape of a command: data, with a function that runs it.

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
