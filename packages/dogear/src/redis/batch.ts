// Many calls in one write; in a cluster in one to each primary.

import type { ChainableCommander } from 'ioredis'
import type { RedisClient } from './options.ts'
import { clientPrefixOf, serversOf } from './slots.ts'
import { primariesOf } from './topology.ts'
import { whenReady } from './when-ready.ts'

/** A call of a method of the client, or of a pipeline. Its keys are in the slot of `key`. */
export type Request = { key: string; method: string; args: readonly unknown[] }

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>

// These answers say that nothing was done, and that another server or a later try does it.
const elsewhere = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|NOSCRIPT)\b/

/** Sends one request. In a cluster the client follows MOVED and ASK. */
export function send(client: RedisClient, { method, args }: Request): Promise<unknown> {
  // The types of ioredis do not know the methods that defineCommand adds.
  return (client as unknown as Methods)[method]?.(...args) ?? Promise.reject(new TypeError(`no method ${method}`))
}

/**
 * Sends requests together and resolves to the outcome of each, in their order.
 *
 * A pipeline does not follow one request to another server, so one that a server sends elsewhere is sent once more, by
 * itself.
 */
export async function together(
  client: RedisClient,
  requests: readonly Request[],
): Promise<PromiseSettledResult<unknown>[]> {
  // A pipeline to a server without a connection fails from its second request on.
  if (client.isCluster) await Promise.all(primariesOf(client).map(whenReady))
  const outcomes = new Map<Request, PromiseSettledResult<unknown>>()
  const prefix = clientPrefixOf(client)
  const groups = new Map<string, Request[]>()
  for (const request of requests) {
    const servers = serversOf(client, prefix + request.key)
    groups.set(servers, [...(groups.get(servers) ?? []), request])
  }
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const outcome = await pipelined(client, group)
      const settled = outcome.map((one, i) => {
        const again = one.status === 'rejected' && elsewhere.test((one.reason as Error).message)
        return again ? settle(send(client, group[i] as Request)) : one
      })
      for (const [i, one] of (await Promise.all(settled)).entries()) outcomes.set(group[i] as Request, one)
    }),
  )
  return requests.map((request) => outcomes.get(request) as PromiseSettledResult<unknown>)
}

async function pipelined(client: RedisClient, group: readonly Request[]): Promise<PromiseSettledResult<unknown>[]> {
  const pipeline: ChainableCommander = client.pipeline()
  for (const { method, args } of group) void (pipeline as unknown as Methods)[method]?.(...args)
  try {
    const replies = (await pipeline.exec()) ?? []
    return replies.map(([reason, value]) => (reason ? { status: 'rejected', reason } : { status: 'fulfilled', value }))
  } catch {
    // The slots have moved since the requests were put into groups.
    return Promise.all(group.map((request) => settle(send(client, request))))
  }
}

function settle(call: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  return call.then(
    (value): PromiseSettledResult<unknown> => ({ status: 'fulfilled', value }),
    (reason: unknown): PromiseSettledResult<unknown> => ({ status: 'rejected', reason }),
  )
}
