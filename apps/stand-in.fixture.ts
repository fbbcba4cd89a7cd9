// A stand-in as its callers meet it: a process of its own, which a test starts and ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'vitest'
import { bundled } from '../scripts/bundled.mjs'

/**
 * Starts `main.ts` of `folder`, with `env` on top of this process's environment. Resolves once it listens, to the end
 * of it: by SIGKILL, unless told otherwise; the end resolves when the process is gone, also if it had ended before.
 */
export async function startStandIn(folder: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [bundled(join(folder, 'main.ts'))], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => ['ended'])])
  expect(String(line)).toContain('stand-in')
  return async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
}
