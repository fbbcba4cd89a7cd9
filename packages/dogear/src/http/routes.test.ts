// The addresses below the base path, and the methods they answer.

import { describe, expect, it } from 'vitest'
import { nameOf } from './browser/spot.ts'
import { matchRoute } from './routes.ts'

const base = '/api/flows'

describe('an address', () => {
  it.each([
    ['', 'GET, HEAD', '', ''],
    ['/attach', 'POST', '', ''],
    ['/handoffs/look', 'POST', '', ''],
    ['/handoffs/redeem', 'POST', '', ''],
    ['/order', 'GET, HEAD, DELETE', 'order', ''],
    ['/or%64er', 'GET, HEAD, DELETE', 'order', ''],
    ['/order/events', 'POST', 'order', ''],
    ['/order/drafts/your%20details', 'PUT, POST', 'order', 'your details'],
    ['/order/extend', 'POST', 'order', ''],
    ['/order/restart', 'POST', 'order', ''],
    ['/order/return', 'POST', 'order', ''],
    ['/order/stream', 'GET', 'order', ''],
    ['/order/handoffs', 'POST', 'order', ''],
    ['/order/take-back', 'POST', 'order', ''],
    ['/order/devices', 'GET, HEAD', 'order', ''],
    ['/order/devices/d1', 'DELETE', 'order', 'd1'],
    ['/order/open', 'POST', 'order', ''],
    ['/order/sessions/abc-_1', 'DELETE', 'order', 'abc-_1'],
    ['/order@a/events', 'POST', 'order@a', ''],
    ['/order%40a', 'GET, HEAD, DELETE', 'order@a', ''],
    ['/order@/stream', 'GET', 'order@', ''],
    ['/order@a@b/devices/d1', 'DELETE', 'order@a@b', 'd1'],
    // As with `trailingSlash` of Next.
    ['/', 'GET, HEAD', '', ''],
    ['/order/', 'GET, HEAD, DELETE', 'order', ''],
    ['/order/events/', 'POST', 'order', ''],
    ['/handoffs/look/', 'POST', '', ''],
  ])('%s answers %s', (path, methods, flow, item) => {
    const route = matchRoute(base, base + path)
    expect(route && { methods: Object.keys(route.methods).join(', '), flow: nameOf(route), item: route.item }).toEqual({
      methods,
      flow,
      item,
    })
  })

  it.each([
    '/',
    `${base}//`,
    `${base}/order//`,
    `${base}//events`,
    `${base}/order/Events`,
    `${base}/order/events/1`,
    `${base}/order/drafts`,
    `${base}/order/drafts/`,
    `${base}/order/drafts/*/x`,
    `${base}/order/devices/d1/d2`,
    `${base}/order/constructor`,
    `${base}/handoffs/other`,
    `${base}/%zz`,
    `${base}order`,
    '/other/order',
  ])('%s is none', (path) => {
    expect(matchRoute(base, path)).toBeUndefined()
  })
})
