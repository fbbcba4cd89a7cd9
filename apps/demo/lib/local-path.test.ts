// Paths that may be redirected to.

import { describe, expect, it } from 'vitest'
import { localPath } from './local-path.ts'

describe('a path to go on to', () => {
  it.each(['/', '/saved', '/checkout/payment?problem=finished', '/application'])('is taken: %s', (path) => {
    expect(localPath(path, '/else')).toBe(path)
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    'saved',
    '/a\nb',
    '/@evil.example',
    undefined,
    null,
  ])('is not taken if it could lead elsewhere: %s', (path) => {
    expect(localPath(path, '/else')).toBe('/else')
  })
})
