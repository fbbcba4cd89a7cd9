// Packages too large for every checkout: installed into bench/fetched when a run first needs them.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { failure, say, seconds } from '../../scripts/output.mjs'
import { leash } from '../../scripts/processes.mjs'
import { bundle, here } from '../bundle.mjs'

export const fetchedFolder: string = join(here, 'fetched')
let fetched: Promise<void> | undefined

/** Bundles a program of bench/fetched, whose packages are there afterwards; returns its file. */
export async function fetchedProgram(name: string): Promise<string> {
  fetched ??= install()
  await fetched
  return await bundle([name], { folder: fetchedFolder })
}

async function install(): Promise<void> {
  const stamp = join(fetchedFolder, 'node_modules/.installed')
  const wanted = readFileSync(join(fetchedFolder, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const started = Date.now()
  say('Fetching Restate and LangGraph, almost 500 MB …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const child = await leash(npm, flags, { cwd: fetchedFolder })
  const { code } = await child.exited
  if (code !== 0) throw failure(`its packages could not be fetched: ${child.lastLines()}`)
  writeFileSync(stamp, wanted)
  say(`Restate and LangGraph are fetched (${seconds(started)})`)
}
