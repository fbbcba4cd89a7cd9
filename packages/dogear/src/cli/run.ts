// One run of a command, from its config to its exit code.

import { constants } from 'node:os'
import type { Command } from './command.ts'
import { loadConfig } from './config.ts'
import { createOutput, errorLine } from './output.ts'

/** The options every command has, beside its own. */
export type Settings = { config?: string; json?: boolean }

/** The exit code of a command line that cannot be understood, or that has no config. */
export const usage = 2

/** Resolves to the exit code. Prints every failure, and closes the config. */
export async function run(command: Command<never>, settings: Settings, given: readonly string[]): Promise<number> {
  const { config: file, json = false } = settings
  const out = createOutput({
    json,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  })
  const fail = (problem: string, code: number): number => {
    out.note(problem)
    if (json) out.document({ error: problem })
    return code
  }
  process.on('uncaughtException', (error) => {
    out.note(errorLine(error))
    process.exit(1)
  })
  const loaded = await loadConfig(file, process.cwd())
  if (!loaded.ok) return fail(loaded.problem, usage)
  const { config, folder } = loaded
  const terminal = process.stderr.isTTY === true
  const code = await command
    .run(config, settings as never, { out, folder, terminal, stopped, given })
    .catch((error: unknown) => fail(errorLine(error), 1))
  try {
    await config.close?.()
  } catch (error) {
    out.note(errorLine(error))
  }
  return code
}

/** Resolves to the first signal that asks to stop; the second ends the process. */
function stopped(): Promise<string> {
  return new Promise((resolve) => {
    let stopping = false
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        if (stopping) process.exit(128 + constants.signals[signal])
        stopping = true
        resolve(signal)
      })
  })
}
