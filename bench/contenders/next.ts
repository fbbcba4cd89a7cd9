// The production build of the bench's Next app, made once in a run.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { failure, say, seconds } from '../../scripts/output.mjs'
import { leash } from '../../scripts/processes.mjs'
import { here } from '../bundle.mjs'
import type { Program } from '../server.ts'

const cwd = join(here, 'next-app')
const file = createRequire(join(here, 'package.json')).resolve('next/dist/bin/next')
let built: Promise<void> | undefined

/** The program that serves the build. */
export async function builtNext(): Promise<Program> {
  built ??= build()
  await built
  return { file, cwd, args: (port) => ['start', '-H', '127.0.0.1', '-p', String(port)] }
}

async function build(): Promise<void> {
  const started = Date.now()
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  const child = await leash(process.execPath, [file, 'build'], { cwd, env })
  const { code } = await child.exited
  if (code !== 0) throw failure(`The Next app of the bench does not build:\n${child.lastLines()}`)
  say(`The Next app is built (${seconds(started)})`)
}
