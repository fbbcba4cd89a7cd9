// Which addresses count as one.

import { expect, it } from 'vitest'
import { addressKey } from './address.ts'

it.each([
  ['192.0.2.7', '192.0.2.7'],
  [' 192.0.2.7 ', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::ffff]', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['no address', 'no address'],
  ['not:an:address', 'not:an:address'],
])('%s is %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})

it('never makes a long key', () => {
  for (const part of ['x', ':', '1:', '.']) expect(addressKey(part.repeat(10_000)).length).toBeLessThanOrEqual(64)
})
