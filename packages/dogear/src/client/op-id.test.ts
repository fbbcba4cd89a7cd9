// Operation ids fit the server's rule wherever they are made.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { createOpId } from './op-id.ts'

afterEach(() => vi.unstubAllGlobals())

describe('an operation id', () => {
  it('is unique and of the right form, also on plain http, where randomUUID is missing', () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    const ids = Array.from({ length: 1000 }, createOpId)
    expect(new Set(ids).size).toBe(1000)
    for (const id of ids) expect(id).toMatch(/^[0-9-]{8,43}$/)
  })
})
