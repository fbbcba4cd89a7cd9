// Names of sessions in the routes, and the spots that a browser has for them.

import { describe, expect, it } from 'vitest'
import { serve } from '../../../fixtures/order.ts'
import { isKeyed, nameOf, spotsIn, toSpot } from './spot.ts'

const refused = expect.objectContaining({ code: 'invalid_request' })

describe('a key', () => {
  it.each(['order-42', '7', 'A', '_a', '-', 'a~b', 'a.b', '2f1c9e9e-3c3e-4b0e-9c55-5d3a2a1f0b11', 'x'.repeat(64)])(
    '"%s" names a session, and has a cookie that cookies allow',
    (key) => {
      const spot = toSpot(`order@${key}`)
      expect(spot).toMatchObject({ flow: 'order', key })
      expect(spot.cookie).toMatch(/^order\.[\w-]{16}$/)
      expect(nameOf(spot)).toBe(`order@${key}`)
      expect(isKeyed(spot)).toBe(true)
    },
  )

  it.each([
    ['', 'is empty'],
    ['x'.repeat(65), 'is too long'],
    ['.', 'leads away in a path'],
    ['..', 'leads away in a path'],
    ['.a', 'begins with a dot'],
    ['~a', 'begins with a tilde'],
    ['a@b', 'has a second @'],
    ['@', 'has a second @'],
    ['a/b', 'has a slash'],
    ['a b', 'has a space'],
    ['a%62', 'has a percent sign'],
    ['a=b;c', 'would end a cookie'],
    ['a\n', 'would end a header'],
    ['größe', 'is not ASCII'],
    ['е', 'looks like a Latin letter, and is none'],
    ['\u0000', 'has a control character'],
  ])('"%s" is refused: it %s', (key) => {
    expect(() => toSpot(`order@${key}`)).toThrow(refused)
  })

  it('has a cookie of its own, also where keys differ only in case', () => {
    const cookies = ['order', 'order@a', 'order@A', 'order@b', 'gift@a'].map((name) => toSpot(name).cookie)
    expect(new Set(cookies).size).toBe(5)
  })
})

describe('the spots in a Cookie header', () => {
  it('are those of our cookies, each once, in their order', () => {
    const header = 'a=1; __Host-dogear.order.h1=x;__Host-dogear.order=y; __Host-dogear.order.h1=z; dogear.gift=1'
    expect(spotsIn(header, '__Host-dogear.')).toEqual([
      { flow: 'order', key: undefined, cookie: 'order.h1' },
      { flow: 'order', key: undefined, cookie: 'order' },
    ])
    expect(spotsIn(null, '__Host-dogear.')).toEqual([])
  })
})

it('an application is told the name of a cookie by the name of its session', () => {
  const { http } = serve({ production: false })
  expect(http.cookieName('order')).toBe('__Host-dogear.order')
  expect(http.cookieName('order@a')).toMatch(/^__Host-dogear\.order\.[\w-]{16}$/)
  expect(http.cookieName('order@a', 'http://localhost:3000')).toMatch(/^dogear\.order\.[\w-]{16}$/)
  expect(() => http.cookieName('order@a b')).toThrow(refused)
})
