// The doctor of a Redis: it asks for everything that would lose, refuse or delay sessions.

import type { Cluster, Redis } from 'ioredis'
import { agenda, clock, fail, reachable, unreachable } from '../../store/checks.ts'
import type { Check, SessionId } from '../../store/store.ts'
import { toMilliseconds } from '../agenda.ts'
import { toFailure } from '../failure.ts'
import { channelsOf } from '../hints/channels.ts'
import type { RedisKeys } from '../keys.ts'
import type { RedisClient, recommendedRedisOptions } from '../options.ts'
import { primaryOf } from '../slots.ts'
import { primariesOf } from '../topology.ts'
import { troubleOf } from '../troubles.ts'
import { dueAtOf, headLength } from '../value.ts'
import { type Facts, judge, pokes, unseen, worst } from './checks.ts'
import { membersIn, replicas, slots } from './members.ts'

const answersWithinMs = 2000
const ownSettings = { lazyConnect: true, retryStrategy: () => null } as const
const longestHiddenMs = 20 * 60_000
const mostLookedAt = 100

/**
 * The checks of one server, or of all primaries of a cluster, on connections of its own, which do not wait for a server
 * to be ready. A question that cannot be answered does not stop the others. `local` is this machine's clock, in
 * milliseconds since the Unix epoch.
 */
export async function diagnose(client: RedisClient, keys: RedisKeys, local: () => number = Date.now): Promise<Check[]> {
  const own = ownClient(client)
  // Without a connection a command fails without saying why. The reason is in the event.
  let reason: unknown
  const note = (error: unknown): void => {
    reason = error
  }
  own.on('error', note)
  // The caller's client is on its way too, and ioredis prints what nobody listens to.
  client.on('error', note)
  try {
    await own.connect()
    const nodes = primariesOf(own)
    const looks = await Promise.all(nodes.map((node) => lookAtServer(node, local)))
    const name = ({ options: { host, port } }: Redis) => `${host}:${port}`
    const servers = looks.flatMap(({ reached, checks }, i) =>
      [reached, ...checks].map((check) =>
        own.isCluster ? { ...check, detail: `${check.detail} (${name(nodes[i] as Redis)})` } : check,
      ),
    )
    const members = membersIn(looks.flatMap(({ members: table }) => table))
    const cluster = own.isCluster ? [slots(members), replicas(members)] : []
    const open = looks.some(({ reached }) => reached.status === 'ok')
    const all = open ? [await agendaOf(own, keys), await pokesOf(own, keys)] : []
    // Slots that are down are why an agenda cannot be read, whatever each call ended with.
    const down = cluster.find(({ status }) => status === 'fail')
    const explained = all.map((check) =>
      down?.advice && check.status === 'fail' ? { ...check, advice: down.advice } : check,
    )
    return worst([...servers, ...cluster, ...explained])
  } catch (error) {
    const text = textOf(reason ?? error)
    const trouble = troubleOf(text)
    return [trouble ? fail('reachable', `${trouble.meaning}: ${text}`, trouble.advice) : unreachable(text)]
  } finally {
    client.off('error', note)
    own.disconnect()
  }
}

const settings = { lazyConnect: true, enableReadyCheck: false, commandTimeout: answersWithinMs } as const

/** A client like the caller's, not connected yet, which gives up when it finds nobody. */
function ownClient(client: RedisClient): RedisClient {
  if (!client.isCluster) return (client as Redis).duplicate({ ...settings, retryStrategy: () => null })
  const cluster = client as Cluster
  const known = cluster.nodes().map(({ options: { host = '', port = 0 } }) => ({ host, port }))
  return cluster.duplicate(known, {
    ...{ lazyConnect: true, enableReadyCheck: false, clusterRetryStrategy: () => null },
    redisOptions: { ...(cluster.options.redisOptions as typeof recommendedRedisOptions), ...settings },
  })
}

type Look = { reached: Check; checks: Check[]; members: string[] }

async function lookAtServer(node: Redis, local: () => number): Promise<Look> {
  const began = performance.now()
  const error = await node.ping().then(
    () => undefined,
    (reason: Error) => reason,
  )
  const latency = performance.now() - began
  const replied = error === undefined || error.name === 'ReplyError'
  if (!replied) return { reached: silent(textOf(error)), checks: [], members: [] }
  const facts = await factsOf(node)
  const trouble = troubleOf(error?.message ?? '')
  const members = await node.cluster('NODES').then(String, () => '')
  if (trouble && trouble.code !== 'NOPERM') {
    const { loading_loaded_perc: part, loading_eta_seconds: left } = facts.info ?? {}
    const progress = part === undefined ? '' : `: ${Number.parseInt(part, 10)} %, about ${left} s left`
    const reached = fail('reachable', `${trouble.meaning}${progress}`, trouble.advice)
    return { reached, checks: facts.info ? judge(facts) : [], members: [members] }
  }
  const sentAt = local()
  const time = await node.time().then(toMilliseconds, () => undefined)
  const compared = time !== undefined && clock('Redis', time, { sentAt, answeredAt: local() })
  return {
    reached: reachable(latency),
    checks: [...judge(facts), compared || unseen('clock', 'TIME')],
    members: [members],
  }
}

/** A node of a cluster that other nodes still name. */
const silent = (reason: string): Check =>
  fail(
    'reachable',
    `no answer: ${reason}`,
    'start the node again; the check of the slots says what is missing meanwhile',
  )

async function factsOf(node: Redis): Promise<Facts> {
  const info = await node.info().then(
    (text) => Object.fromEntries([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value])),
    () => undefined,
  )
  const [save, minReplicas] = [await settingOf(node, 'save'), await settingOf(node, 'min-replicas-to-write')]
  return { info, config: { save, minReplicas } }
}

/** Reads `[name, value]`, or the object that `replyMapping: 'resp3'` makes of it. */
async function settingOf(node: Redis, name: string): Promise<string | undefined> {
  const reply: unknown = await node.config('GET', name).catch(() => undefined)
  const value = Array.isArray(reply) ? reply[1] : (reply as Record<string, unknown> | undefined)?.[name]
  return value === undefined ? undefined : String(value)
}

async function agendaOf(client: RedisClient, keys: RedisKeys): Promise<Check> {
  const partitions = Array.from({ length: keys.partitions }, (_, partition) => partition)
  const now = await client.time().then(toMilliseconds, () => undefined)
  if (now === undefined) return unseen('agenda', looks)
  const seen = await Promise.allSettled(partitions.map((partition) => lookAt(client, keys, { partition, now })))
  const failed = seen.filter((look) => look.status === 'rejected').map(({ reason }) => reason as Error)
  if (failed.length > 0 && failed.every(isRefusal)) return unseen('agenda', looks)
  if (failed.length > 0) {
    // One of them may have ended without an answer that says why.
    const known = failed.map((error) => ({ error, trouble: troubleOf(textOf(error)) }))
    const { error, trouble } = known.find((one) => one.trouble) ?? { error: failed[0], trouble: undefined }
    const detail = `${failed.length} of ${partitions.length} partitions cannot be read: ${textOf(error)}`
    const otherwise = 'timers and effects there are stuck: find out what wrote to these keys'
    return fail('agenda', detail, trouble?.advice ?? otherwise)
  }
  const found = seen.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []))
  const size = found.reduce((sum, look) => sum + look.size, 0)
  const [oldest] = found.flatMap((look) => look.deadlines).sort((a, b) => a.dueAt - b.dueAt)
  return agenda(size, oldest ? now - oldest.dueAt : 0, oldest?.id)
}

const looks = 'TIME, ZCARD, ZRANGE or GETRANGE'

/**
 * The size of a partition's agenda, and the deadlines of those that come next. A session that was claimed or put off
 * has a later score than its deadline, which is in the head of its record.
 */
async function lookAt(
  client: RedisClient,
  keys: RedisKeys,
  { partition, now }: { partition: number; now: number },
): Promise<{ size: number; deadlines: { id: SessionId; dueAt: number }[] }> {
  const key = keys.due(partition)
  const [size, next] = await Promise.all([
    client.zcard(key),
    client.zrange(key, '-inf', `${now + longestHiddenMs}`, 'BYSCORE', 'LIMIT', 0, mostLookedAt, 'WITHSCORES'),
  ])
  const found = toEntries(next).map(async ({ id, at }) => {
    const [head, leases] = await Promise.all([
      client.getrangeBuffer(keys.session(id), 0, headLength - 1),
      client.exists(keys.leases(id)),
    ])
    // A session whose effect a process works on is due for a look at its lease, and not late.
    return head.length > 0 && leases === 0 ? [{ id, dueAt: dueAtOf(head) ?? at }] : []
  })
  return { size: Number(size), deadlines: (await Promise.all(found)).flat() }
}

/** Reads `[id, score, id, score …]`, or the pairs that `replyMapping: 'resp3'` makes of it. */
function toEntries(reply: unknown): { id: string; at: number }[] {
  const flat = (reply as unknown[]).flat()
  return Array.from({ length: flat.length / 2 }, (_, i) => ({ id: String(flat[2 * i]), at: Number(flat[2 * i + 1]) }))
}

/** Tries to publish and subscribe on a channel of hints. Watchers ignore the empty message. */
async function pokesOf(client: RedisClient, keys: RedisKeys): Promise<Check> {
  const { publish, subscribe, nameOf } = channelsOf(client)
  const channel = nameOf(keys.poke(0))
  const refused: string[] = []
  const attempt = async (name: string, call: () => Promise<unknown>): Promise<void> => {
    await call().catch((error: Error) => {
      if (!isRefusal(error)) throw error
      refused.push(name)
    })
  }
  try {
    const node = primaryOf(client, channel)
    if (!node) throw new Error('no node of the cluster is known')
    const connection = node.duplicate({ ...ownSettings, keyPrefix: '', commandTimeout: answersWithinMs })
    connection.on('error', () => {})
    try {
      await connection.connect()
      await attempt(publish, () => connection.call(publish, channel, ''))
      await attempt(publish.replace('PUBLISH', 'SUBSCRIBE'), () => Promise.all(subscribe(connection, [channel])))
    } finally {
      connection.disconnect()
    }
  } catch (error) {
    refused.push(`a connection of its own (${textOf(error)})`)
  }
  return pokes(refused, keys.prefix)
}

const isRefusal = ({ message }: Error): boolean => message.startsWith('NOPERM')

/** The reason without the arguments of the command, which errors of ioredis carry. */
function textOf(error: unknown): string {
  const { message } = toFailure(error).cause as Error
  return message || String((error as { code?: unknown } | null)?.code ?? 'no reason given')
}
