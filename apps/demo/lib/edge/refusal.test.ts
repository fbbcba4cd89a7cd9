// Requests that go no further: what no page of the shop sends.

import { expect, it } from 'vitest'
import { pageBytes, refusalOf } from './refusal.ts'

const request = (
  more: {
    method?: string
    url?: string
    host?: string
    length?: number
    chunked?: true
    type?: string
    raw?: readonly string[]
    state?: string
  } = {},
) => ({
  method: more.method ?? 'GET',
  url: more.url ?? '/',
  headers: {
    host: more.host ?? 'shop.example',
    ...(more.length !== undefined && { 'content-length': String(more.length) }),
    ...(more.type !== undefined && { 'content-type': more.type }),
    ...(more.chunked && { 'transfer-encoding': 'chunked' }),
    ...(more.state !== undefined && { 'next-router-state-tree': more.state }),
  },
  rawHeaders: more.raw ?? [],
})

it.each([
  [{}],
  [{ method: 'HEAD', url: '/checkout?x=%zz' }],
  [{ method: 'POST', url: '/sign-in', length: pageBytes }],
  [{ method: 'POST', url: '/api/documents/sample', length: 5_000_000 }],
  [{ method: 'POST', url: '/api/assistant/document', length: 10_000_000 }],
  [{ method: 'POST', url: '/api/flows/checkout/events', chunked: true as const }],
  [{ method: 'POST', url: '/sign-in', length: 9, type: 'multipart/form-data; boundary=x' }],
  [{ method: 'POST', url: '/sign-in', length: 9, type: 'Multipart/Form-Data;charset=utf-8;Boundary="x"' }],
  [{ method: 'POST', url: '/api/flows/checkout/events', length: 9, type: 'multipart/form-data' }],
  [{ method: 'PUT', url: '/caf%C3%A9' }],
  [{ host: 'localhost:3000' }],
  [{ host: '127.0.0.1' }],
  [{ host: '[::1]:3000' }],
  [{ host: 'a_b.example' }],
  [{ raw: ['Host', 'host', 'X', 'Host', 'Cookie', 'a', 'Cookie', 'b'] }],
  [{ state: '%5B%22%22%2C%7B%22children%22%3A%5B%22checkout%22%2C%7B%7D%5D%7D%5D' }],
  [
    {
      state: encodeURIComponent(
        JSON.stringify([
          '',
          { children: [['step', 'shipping', 'd', null], { children: ['__PAGE__', {}, null, 'refetch'] }] },
          ...[null, null, 16],
        ]),
      ),
    },
  ],
])('%j goes on', (more) => {
  expect(refusalOf(request(more))).toBeUndefined()
})

it.each([
  ...['TRACE', 'OPTIONS', 'PATCH', 'CONNECT', 'PROPFIND', 'get', ''].map((method) => [{ method }, 405] as const),
  ...['', 'a b', 'shop.example/x', 'ada@shop.example', 'shop.example:port', '-x', 'shop..', 'a\tb', '[::1', 'ä'].map(
    (host) => [{ host }, 400] as const,
  ),
  ...['*', '', 'http://shop.example/', '/%', '/%zz', '/%c3', '/%00', '/a%0d%0ab', '/\u0000'].map(
    (url) => [{ url }, 400] as const,
  ),
  ...['multipart/form-data', ' multipart/mixed; x=y', 'MULTIPART/form-data; boundary=', 'multipart/a; boundary=""'].map(
    (type) => [{ method: 'POST', url: '/sign-in', length: 9, type }, 400] as const,
  ),
  [{ method: 'POST', url: '/sign-in', length: pageBytes + 1 }, 413] as const,
  ...['garbage', 'null', '[]', '{}', '[null]', '[""]', '["",[]]', '["",{"a":1}]', '['.repeat(5_000), '%zz', ''].map(
    (state) => [{ state }, 400] as const,
  ),
  ...['Host', 'HOST', 'content-type', 'Content-Type'].map(
    (name) => [{ raw: [name, 'a', 'X', 'y', name.toLowerCase(), 'b'] }, 400] as const,
  ),
  [{ url: '/', length: 10_000_000 }, 413] as const,
  [{ method: 'POST', url: '/apiary', chunked: true as const }, 411] as const,
  [{ method: 'POST', url: '/api/flowsome', length: pageBytes + 1 }, 413] as const,
])('%j is refused with %s', (more, status) => {
  expect(refusalOf(request(more))).toBe(status)
})
