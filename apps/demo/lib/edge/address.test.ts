// The address of a client: a header is believed only from a proxy of ours.

import { expect, it } from 'vitest'
import { behind } from './address.ts'

const ours = ['10.0.0.0/8', '2001:db8:aa::/48', '192.0.2.200']

it.each([
  ['a direct client', '198.51.100.1', undefined, '198.51.100.1'],
  ['a direct client that says it is another', '198.51.100.1', '203.0.113.9', '198.51.100.1'],
  ['a client behind a proxy', '10.0.0.7', '198.51.100.1', '198.51.100.1'],
  ['one that tells the proxy a story', '10.0.0.7', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
  ['one behind two proxies', '10.0.0.7', '203.0.113.9, 198.51.100.1, 10.1.1.1', '198.51.100.1'],
  ['one behind a proxy that is named by its address', '192.0.2.200', '198.51.100.1', '198.51.100.1'],
  ['one that names our proxies, too', '198.51.100.1', '10.0.0.7', '198.51.100.1'],
  ['a proxy that says nothing', '10.0.0.7', undefined, '10.0.0.7'],
  ['a proxy that says nonsense', '10.0.0.7', 'unknown', 'unknown'],
  ['an address in the form of a socket for both kinds', '::ffff:10.0.0.7', '::ffff:198.51.100.1', '198.51.100.1'],
  ['a client by IPv6', '2001:db8:bb::1', '203.0.113.9', '2001:db8:bb::1'],
  ['a client behind a proxy by IPv6', '2001:db8:aa::1', '2001:db8:bb::1', '2001:db8:bb::1'],
  ['no connection', undefined, '198.51.100.1', ''],
])('of %s is known', (_, connection, forwarded, address) => {
  expect(behind(ours)(connection, forwarded)).toBe(address)
})

it('is that of the connection where no proxy is listed, whatever is claimed [M77]', () => {
  for (const claimed of ['203.0.113.9', '127.0.0.1, ::1', '127.0.0.1'])
    expect(behind([])('127.0.0.1', claimed)).toBe('127.0.0.1')
})
