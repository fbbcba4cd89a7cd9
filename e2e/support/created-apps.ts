// The apps that `npm create dogear` makes, all kinds of them, from the packed packages, outside the workspace.
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { root } from '../../scripts/bootstrap.mjs'
import { failure } from '../../scripts/output.mjs'
import { install, manifestOf, pack } from '../../scripts/pack.mjs'
import { leash } from '../../scripts/processes.mjs'

const folderOf = (name: string) => join(root, 'packages', name)

/** Runs a command as a person would, who has no terminal here. Returns its last lines. */
export async function run(command: readonly string[], cwd: string, code = 0): Promise<string> {
  const [program = '', ...args] = command
  const { NODE_ENV: _, ...inherited } = process.env
  const child = await leash(program, args, { cwd, env: { ...inherited, NEXT_TELEMETRY_DISABLED: '1' } })
  const exit = await child.exited
  if (exit.code !== code) throw failure(`${command.join(' ')} ended with ${exit.code}:\n${child.lastLines()}`)
  return child.lastLines()
}

/** `node` with the packed command. Its package is in `folder`, once `createApps` was there. */
export const createDogear = (folder: string): string[] => [
  process.execPath,
  join(folder, 'tool', 'node_modules', 'create-dogear', 'dist', 'main.js'),
]

/** The name of the app with these flags: `next-redis`. */
export const nameOf = (flags: readonly string[]): string => flags.join('-').replaceAll('--', '')

/** Makes an app with each list of flags, called by them, and installs all of them at once. */
export async function createApps(folder: string, flags: readonly string[][]): Promise<void> {
  const [tarballs, tool] = [join(folder, 'tarballs'), join(folder, 'tool')]
  for (const made of [tarballs, tool]) await mkdir(made, { recursive: true })
  const dogear = pack(folderOf('dogear'), tarballs)
  install(pack(folderOf('create-dogear'), tarballs), folderOf('create-dogear'), tool)
  for (const given of flags) await run([...createDogear(folder), nameOf(given), ...given], folder)

  // One workspace, so that one run installs all: each app finds what its own manifest names, and nothing else.
  const settings = { packages: flags.map(nameOf), overrides: { dogear: `file:./tarballs/${basename(dogear)}` } }
  await writeFile(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(settings))
  const { packageManager } = manifestOf(root)
  await run(
    ['npx', '-y', packageManager, 'install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile'],
    folder,
  )
}
