// The server's keys: given, or made once for development.

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serverKeys } from './keys.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-keys-'))
  vi.stubEnv('DOGEAR_DATA', join(folder, 'data'))
  vi.stubEnv('DOGEAR_KEYS', undefined)
  vi.stubEnv('NEXT_PHASE', undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('the keys of the server', () => {
  it('are those of the environment, the first one first', () => {
    vi.stubEnv('DOGEAR_KEYS', 'second-key, first-key')
    expect(serverKeys()).toEqual(['second-key', 'first-key'])
  })

  it('are made once for development, in a file nobody else can read', () => {
    const keys = serverKeys()
    expect(serverKeys()).toEqual(keys)
    expect(Buffer.from(keys[0] ?? '', 'base64url')).toHaveLength(32)
    const file = join(folder, 'data', 'development.key')
    expect(readFileSync(file, 'utf8').trim()).toBe(keys[0])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('are never made up in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.stubEnv('DOGEAR_INSECURE_LOCALHOST', undefined)
    expect(() => serverKeys()).toThrow(TypeError)
    vi.stubEnv('DOGEAR_INSECURE_LOCALHOST', '1')
    expect(serverKeys()).toHaveLength(1)
  })
})
