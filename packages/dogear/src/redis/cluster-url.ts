// The address of a Redis Cluster in one text, as environments hold it.

import type { ClusterOptions } from 'ioredis'
import { recommendedClusterOptions } from './options.ts'

type Settings = typeof recommendedClusterOptions & Pick<ClusterOptions, 'dnsLookup'>

/**
 * The arguments of `new Cluster` for `redis+cluster://user:password@host:port,host:port`, with the recommended options;
 * `rediss+cluster:` for TLS. One node that answers is enough to find the others. The port is 6379 unless it is given;
 * user and password are those of every node, with `%` escapes.
 *
 * Undefined for a URL of another scheme, which is that of a single Redis. Throws `TypeError` for one without a host.
 */
export function toClusterArguments(
  url: string,
): [nodes: { host: string; port: number }[], options: Settings] | undefined {
  const [, scheme, credentials, hosts = ''] = /^(rediss?)\+cluster:\/\/(?:(.*)@)?([^/?#]*)/.exec(url) ?? []
  if (!scheme) return undefined
  const nodes = hosts.split(',').map((address) => {
    const [, ipv6, name, port = '6379'] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(address.trim()) ?? []
    const host = ipv6 ?? name
    if (!host) throw new TypeError('a cluster is named as redis+cluster://host:port,host:port, with at least one host')
    return { host, port: Number(port) }
  })
  const [, user, password] = /^([^:]*)(?::(.*))?$/.exec(credentials ?? '') ?? []
  const redisOptions = {
    ...recommendedClusterOptions.redisOptions,
    ...(user && { username: decodeURIComponent(user) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(scheme === 'rediss' && { tls: {} }),
  }
  const options: Settings = { ...recommendedClusterOptions, redisOptions }
  // A certificate is for the name of a node, which ioredis would put its address in place of.
  if (scheme === 'rediss') options.dnsLookup = (host, callback) => callback(null, host)
  return [nodes, options]
}
