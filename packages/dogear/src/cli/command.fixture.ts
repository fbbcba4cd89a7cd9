// The real command line in a process of its own, in a folder of its own with a config.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Ended = { code: number | null; signal: string | null; stdout: string; stderr: string }
/**
 * `heard` resolves once the process has printed something like `pattern`, on either stream; it rejects if it ends
 * before.
 */
export type Running = { child: ChildProcess; heard(pattern: RegExp): Promise<void>; ended: Promise<Ended> }
export type Workspace = {
  folder: string
  start(...args: string[]): Running
  run(...args: string[]): Promise<Ended>
  close(): Promise<void>
}

/** The folder of the bundle that `scripts/vitest-command.mjs` made of this one. */
const bundle = process.env.DOGEAR_TEST_COMMAND ?? ''
const made = JSON.stringify(join(bundle, 'config.fixture.mjs'))

/** A config file that exports `expression`, in which everything of `config.fixture.ts` can be used as `made`. */
export const configOf = (expression: string): string => `import * as made from ${made}\nexport default ${expression}\n`

/** A folder with `files` in it, to run the command in. Environment variables that colour output are left out. */
export async function place(files: Readonly<Record<string, string>>): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'dogear-cli-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const { FORCE_COLOR, ...env } = process.env

  function start(...args: string[]): Running {
    const child = spawn(process.execPath, [join(bundle, 'main.mjs'), ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => (said.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (said.stderr += text))
    const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }))
    async function heard(pattern: RegExp): Promise<void> {
      while (!pattern.test(said.stdout + said.stderr)) {
        const more = Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])
        if ((await Promise.race([more, ended.then(() => 'ended')])) === 'ended')
          throw new Error(`it ended, and said only: ${said.stdout}${said.stderr}`)
      }
    }
    return { child, heard, ended }
  }

  return {
    folder,
    start,
    run: (...args) => start(...args).ended,
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
