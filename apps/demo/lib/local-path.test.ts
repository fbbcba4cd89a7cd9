// Paths that may be redirected to.

import { describe, expect, it } from 'vitest'
import { localPath, resolvePath } from './local-path.ts'

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
    '/.//evil.example',
    '/..//evil.example',
    '/%2e//evil.example',
    '/%2E%2e//evil.example',
    '/saved/..//evil.example',
    '/saved/%2e%2e//evil.example',
    '/./\\evil.example',
    '/\t/evil.example',
    '/\r\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/checkout#//evil.example',
    undefined,
    null,
    42,
    new File([], 'next'),
  ])('is not taken if it could lead elsewhere: %s', (path) => {
    expect(localPath(path, '/else')).toBe('/else')
  })
})

describe('an address of a request', () => {
  it.each([
    ['/checkout/shipping?a=1', '/checkout/shipping?a=1'],
    ['/a/../b', '/b'],
    ['/a/%2e%2e/b', '/b'],
    ['/\\evil.example', undefined],
    ['/\t/evil.example', undefined],
    ['//evil.example/', undefined],
    ['/.//evil.example/', undefined],
    ['/a/..//evil.example', undefined],
    ['https://evil.example/', undefined],
    ['http://[', undefined],
  ])('%j is read as %j', (address, path) => {
    expect(resolvePath(address)).toBe(path)
  })
})
