// The loader of the config file.

import { existsSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Config } from './define-config.ts'
import { oneLine } from './output.ts'

/** `folder` is that of the config, to which its paths are relative. */
export type Loaded = { ok: true; config: Config; folder: string } | { ok: false; problem: string }

const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `dogear.config.${extension}`)

/** Loads `file`, or without one the first config found from `cwd` upward. A problem is a sentence with advice. */
export async function loadConfig(file: string | undefined, cwd: string): Promise<Loaded> {
  const path = file === undefined ? find(cwd) : resolve(cwd, file)
  if (path === undefined)
    return refuse(
      `There is no ${names[0]} here or above: ` +
        'write one that exports defineConfig({ engine }) by default, or name it with --config.',
    )
  if (!existsSync(path)) return refuse(`There is no file ${path}: give --config the path of a config file.`)
  const name = basename(path)
  let made: unknown
  try {
    const exported = await importDefault(path)
    made = typeof exported === 'function' ? await exported() : exported
  } catch (error) {
    return refuse(`${name} cannot be loaded, see why and try again: ${oneLine(String(error))}`)
  }
  if (typeof (made as Partial<Config> | undefined)?.engine?.wake !== 'function')
    return refuse(`The default export of ${name} has no engine: export defineConfig({ engine }).`)
  return { ok: true, config: made as Config, folder: dirname(path) }
}

function find(folder: string): string | undefined {
  const found = names.map((name) => join(folder, name)).find(existsSync)
  return found ?? (dirname(folder) === folder ? undefined : find(dirname(folder)))
}

async function importDefault(path: string): Promise<unknown> {
  if (/^\.m?js$/.test(extname(path))) return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default
  const { createJiti } = await import('jiti')
  // No cache on disk: its folder may be one that others can write to.
  return createJiti(import.meta.url, { fsCache: false, tryNative: true }).import(path, { default: true })
}

const refuse = (problem: string): Loaded => ({ ok: false, problem })
