// The attacks of `strict.ts`, in the process that they need.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('strict.ts', import.meta.url))

it('serves, and breaks no rule, where prototypes are frozen and nobody may use __proto__ [M53]', async () => {
  const node = ['--disable-proto=throw', '--import', 'tsx', program]
  const { stdout } = await promisify(execFile)(process.execPath, node)
  expect(stdout.trim()).toBe('no violation')
}, 300_000)
