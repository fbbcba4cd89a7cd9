// The apps that `npm create dogear` makes, all kinds of them, from the packed packages, outside the workspace.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cache, root } from '../../scripts/bootstrap.mjs'
import { failure } from '../../scripts/output.mjs'
import { install, manifestOf } from '../../scripts/pack.mjs'
import { packed } from '../../scripts/packed.mjs'
import { leash } from '../../scripts/processes.mjs'
import { startRegistry } from './registry.ts'

const folderOf = (name: string) => join(root, 'packages', name)

type Running = { code?: number; env?: Readonly<Record<string, string>> }

/** Runs a command as a person would, who has no terminal here. Returns its last lines. */
export async function run(command: readonly string[], cwd: string, { code = 0, env = {} }: Running = {}) {
  const [program = '', ...args] = command
  const { NODE_ENV: _, ...inherited } = process.env
  const child = await leash(program, args, { cwd, env: { ...inherited, NEXT_TELEMETRY_DISABLED: '1', ...env } })
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
  const tool = join(folder, 'tool')
  await mkdir(tool, { recursive: true })
  install(packed(folderOf('create-dogear')), folderOf('create-dogear'), tool)
  for (const given of flags) await run([...createDogear(folder), nameOf(given), ...given], folder)

  // One workspace, so that one run installs all: each app finds what its own manifest names, and nothing else.
  const settings = { packages: flags.map(nameOf), overrides: { dogear: `file:${packed(folderOf('dogear'))}` } }
  await writeFile(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(settings))
  const { packageManager } = manifestOf(root)
  await run(
    ['npx', '-y', packageManager, 'install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile'],
    folder,
  )
}

/**
 * Serves the packed packages as the registry of npm will. `env` is that of a person with an empty cache of `npx`, who
 * says yes to all that npm proposes.
 */
export async function publish(): Promise<{ env: Record<string, string>; stop(): Promise<void> }> {
  const registry = await startRegistry(['dogear', 'create-dogear'].map((name) => packed(folderOf(name))))
  // A cache of our own: npx would go on with the same version of another day, here or where a person calls it.
  const npm = join(cache, 'npm')
  await rm(join(npm, '_npx'), { recursive: true, force: true })
  const settings = { registry: registry.url, cache: npm, yes: 'true', audit: 'false', update_notifier: 'false' }
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`npm_config_${name}`, value]))
  return { env, stop: registry.stop }
}
