// The pages of each flow by name and by address: a text that names none leads nowhere else.

import { describe, expect, it } from 'vitest'
import { nameOf, pagesAt, pagesOf } from './pages.ts'

describe('the pages of a name', () => {
  it.each([
    ['checkout', '/checkout', '/api/flows/checkout'],
    ['checkout@k7q2m', '/orders/k7q2m', '/api/flows/checkout@k7q2m'],
    ['application', '/application', '/api/flows/application'],
  ])('%s are below %s', (name, base, url) => {
    expect(pagesOf(name)).toMatchObject({ flow: name, base, url })
  })

  it.each([
    undefined,
    null,
    '',
    'other',
    'checkout@',
    'checkout@a@b',
    'checkout@..',
    'checkout@a/b',
    'checkout@//evil.example',
    'application@one',
    'constructor',
  ])('%s are none', (name) => {
    expect(pagesOf(name)).toBeUndefined()
  })

  it('are found again by what a session says of itself', () => {
    for (const name of ['checkout', 'checkout@k7q2m']) {
      const [flow = '', key] = name.split('@')
      expect(pagesOf(nameOf({ flow, key }))?.flow).toBe(name)
    }
  })
})

it.each([
  ['/orders/k7q2m/shipping', 'checkout@k7q2m'],
  ['/orders/k7q2m', 'checkout@k7q2m'],
  ['/orders', 'checkout'],
  ['/orders/a@b', 'checkout'],
  ['/checkout/review', 'checkout'],
  ['/application/name', 'application'],
  ['/', 'checkout'],
])('an outage of %s is over once %s can be read', (path, flow) => {
  expect(pagesAt(path).flow).toBe(flow)
})
