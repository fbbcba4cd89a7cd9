// One look at the agendas of all partitions: what comes first on them is leased.

import type { Order, SessionId } from '../store/store.ts'
import { type Request, send, together } from './batch.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import { scriptRequest, toNumbers } from './scripts.ts'
import { clientPrefixOf, serversOf } from './slots.ts'

/** `of` names the agenda of a partition. `restMs`: how long the time of a session must have come already. */
export type Claim = {
  limit: number
  leaseMs: number
  except: ReadonlySet<SessionId>
  order: Order
  of: (partition: number) => string
  restMs: number
}

/** A session on the agenda. `at` is its due time or, if that is later, the end of its last lease. */
export type Leased = { id: string; partition: number; at: number; leaseUntil: number }

/** The sessions one look has leased; `more` if another look may find more, `failure` if a partition did not answer. */
export type Looked = { leased: Leased[]; more: boolean; failure: unknown }

/** The answer of one script. `broken` partitions could not be looked at, the last of them because of `failure`. */
type Answer = { leased: Leased[]; broken: number[]; failure: unknown }

/** Partitions of one server, with the most sessions to take from them. */
type Group = { partitions: readonly number[]; limit: number }

/** One script over all partitions or, where the keys of a script have to be in one slot, over those of each server. */
export async function look(connection: Connection, keys: RedisKeys, claim: Claim): Promise<Looked> {
  if (!connection.takesManySlots) return lookApart(connection, keys, claim)
  const all = partitionsOf(keys)
  const args = [claim.limit, claim.leaseMs, claim.order, claim.restMs, 0, ...claim.except]
  try {
    const reply = await send(connection.client, scriptRequest('claim', all.map(claim.of), args))
    const { leased, failure } = answerIn(reply, all)
    return { leased, more: leased.length === claim.limit, failure }
  } catch (error) {
    if (!/^CROSSSLOT/.test((error as Error).message)) throw error
    connection.takesManySlots = false
    return lookApart(connection, keys, claim)
  }
}

/** Asks every server what comes first on its partitions, then leases the first of all, from each server its share. */
async function lookApart({ client }: Connection, keys: RedisKeys, claim: Claim): Promise<Looked> {
  const prefix = clientPrefixOf(client)

  async function ask(groups: readonly Group[], leaseMs: number): Promise<Answer[]> {
    const requests = groups.map(({ partitions, limit }): Request => {
      const own = new Set(partitions)
      const except = [...claim.except].filter((id) => own.has(keys.partitionOf(id)))
      const [first = '', ...others] = partitions.map(claim.of)
      // Only what is given as a key gets the prefix of the client.
      const names = others.map((name) => prefix + name)
      const args = [limit, leaseMs, claim.order, claim.restMs, names.length, ...names, ...except]
      return scriptRequest('claim', [first], args)
    })
    const replies = await together(client, requests)
    return replies.map((reply, at): Answer => {
      if (reply.status === 'rejected') return { leased: [], broken: [], failure: reply.reason }
      return answerIn(reply.value, groups[at]?.partitions ?? [])
    })
  }

  const { limit, order, leaseMs } = claim
  const servers = groupBy(partitionsOf(keys), (partition) => serversOf(client, prefix + keys.due(partition)))
  const groups = [...servers.values()].map((partitions): Group => ({ partitions, limit }))
  const heads = await ask(groups, 0)
  // A partition that is not where the client took it to be is looked at by itself: then the call follows it.
  const astray = heads.flatMap(({ broken }) => broken).map((partition): Group => ({ partitions: [partition], limit }))
  const found = [
    ...heads.map((head) => (head.broken.length > 0 ? { ...head, failure: undefined } : head)),
    ...(await ask(astray, 0)),
  ]
  const all = [...groups, ...astray]
  const first = found.flatMap(({ leased }, at) => leased.map((one) => ({ ...one, group: all[at] as Group })))
  const shares = groupBy(inOrder(first, order).slice(0, limit), ({ group }) => group)
  const claimed = await ask(
    [...shares].map(([{ partitions }, share]) => ({ partitions, limit: share.length })),
    leaseMs,
  )
  const failed = [...found, ...claimed].find(({ failure }) => failure !== undefined)
  const leased = inOrder(
    claimed.flatMap((one) => one.leased),
    order,
  )
  return { leased, more: first.length > 0, failure: failed?.failure }
}

function answerIn(reply: unknown, partitions: readonly number[]): Answer {
  const [leaseUntil, entries, message, broken] = toNumbers(reply) as [number, (number | Buffer)[], Buffer, number[]]
  const partitionAt = (number: unknown) => partitions[Number(number)] ?? 0
  const leased = Array.from({ length: entries.length / 3 }, (_, i): Leased => {
    const [agenda, id, score] = entries.slice(3 * i, 3 * i + 3)
    return { id: String(id), partition: partitionAt(agenda), at: Number(score), leaseUntil }
  })
  const failure = broken.length > 0 ? new Error(String(message)) : undefined
  return { leased, broken: broken.map(partitionAt), failure }
}

const partitionsOf = ({ partitions }: RedisKeys): number[] => Array.from({ length: partitions }, (_, at) => at)

const inOrder = <T extends Leased>(all: readonly T[], order: Order): T[] =>
  all.toSorted((a, b) => (order === 'latest' ? b.at - a.at : a.at - b.at))

function groupBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}
