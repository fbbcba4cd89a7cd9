// The address of a client: that of the connection, or what a proxy of ours says of it.

import { BlockList, isIP } from 'node:net'

/** The header in which the guard hands the address on. A client's own word under this name is dropped. */
export const clientHeader = 'x-client-address'

/** `DEMO_PROXIES`: the addresses of proxies in front of this server, such as `10.0.0.7` or `10.0.0.0/8`, by commas. */
export const proxies: readonly string[] = (process.env.DEMO_PROXIES ?? '').split(',').flatMap((one) => one.trim() || [])

/** Tells the address of the client at the far end of a connection, of which `X-Forwarded-For` may say more. */
export type AddressOf = (connection: string | undefined, forwarded: string | readonly string[] | undefined) => string

/**
 * Only a proxy on the list is believed what it says in `X-Forwarded-For`: its last entry is the address it was called
 * from, which may be that of another proxy of ours.
 */
export function behind(trusted: readonly string[]): AddressOf {
  const ours = listOf(trusted)
  return (connection, forwarded) => clientOf(ours, connection, forwarded)
}

function clientOf(ours: BlockList, connection: string | undefined, forwarded: string | readonly string[] | undefined) {
  const hops = String(forwarded ?? '')
    .split(',')
    .flatMap((one) => one.trim() || [])
  let address = plain(connection ?? '')
  while (isIn(ours, address)) {
    const before = hops.pop()
    if (before === undefined) return address
    address = plain(before)
  }
  return address
}

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

function listOf(trusted: readonly string[]): BlockList {
  const list = new BlockList()
  for (const one of trusted) {
    const [address = '', bits] = one.split('/')
    if (bits === undefined) list.addAddress(address, family(address))
    else list.addSubnet(address, Number(bits), family(address))
  }
  return list
}

const isIn = (list: BlockList, address: string): boolean => isIP(address) !== 0 && list.check(address, family(address))

/** An IPv4 address as such, also where a socket for both kinds shows it as IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
