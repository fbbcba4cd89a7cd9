// Makes a Redis Cluster of servers that are running and know nothing of each other yet.
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

const allSlots = 16_384

/**
 * Settings of each server, on top of its port; `nodeTimeoutMs` of silence make the others take it for failed.
 *
 * @param {{ busPort: number, nodeTimeoutMs?: number }} options
 */
export function clusterSettings({ busPort, nodeTimeoutMs = 5_000 }) {
  return {
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
    'cluster-node-timeout': nodeTimeoutMs,
    // A replica begins to copy at once, where it would wait for others to copy with it.
    'repl-diskless-sync-delay': 0,
  }
}

/**
 * Gives the slots to the first `primaries` of the servers in equal parts, and each of them one of the others as its
 * replica. Resolves once every server says that the cluster is up, and every primary that its replicas have their copy.
 *
 * @param {readonly { port: number, busPort: number }[]} servers
 * @param {{ primaries?: number, host?: string }} [options]
 */
export async function formCluster(servers, { primaries = servers.length / 2, host = '127.0.0.1' } = {}) {
  const nodes = servers.map(({ port }) => new Redis(port, host).on('error', () => {}))
  const replicasOf = (/** @type {number} */ at) =>
    nodes.slice(primaries).filter((_, replica) => replica % primaries === at).length
  try {
    const ids = await Promise.all(nodes.map(async (node) => String(await node.cluster('MYID'))))
    const first = servers[0]
    await Promise.all(
      nodes.map(async (node, at) => {
        await node.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1)
        if (at >= primaries) return
        const [from, to] = [at, at + 1].map((part) => Math.floor((allSlots * part) / primaries))
        await node.call('CLUSTER', 'ADDSLOTSRANGE', Number(from), Number(to) - 1)
      }),
    )
    let looks = 0
    await until(async () => {
      // Again after five seconds: on a busy machine a greeting may not be answered in time, and is forgotten then.
      if (looks++ % 250 === 0)
        for (const node of nodes.slice(1))
          await node.call('CLUSTER', 'MEET', host, first?.port ?? 0, first?.busPort ?? 0)
      const tables = await Promise.all(nodes.map((node) => node.cluster('NODES')))
      return tables.every((table) => knows(table, ids))
    })
    await Promise.all(
      nodes.slice(primaries).map((node, at) => node.call('CLUSTER', 'REPLICATE', ids[at % primaries] ?? '')),
    )
    await Promise.all(
      nodes.map((node, at) =>
        until(async () => {
          const [state, copy] = [String(await node.cluster('INFO')), await node.info('replication')]
          // A replica may think that it is up before its primary counts its word.
          const copies = copy.split('state=online').length - 1
          return state.includes('cluster_state:ok') && (at >= primaries || copies === replicasOf(at))
        }),
      ),
    )
    await Promise.all(
      nodes.map((node) => until(async () => replicasIn(await node.cluster('NODES')) === nodes.length - primaries)),
    )
  } finally {
    for (const node of nodes) node.disconnect()
  }
}

/**
 * Moves slots from one primary to another, as a reshard does: key by key, while the cluster serves all of them.
 *
 * @param {readonly number[]} slots
 * @param {{ ports: readonly number[], from: number, to: number, host?: string, keysAtOnce?: number }} options
 *   `ports`: of the primaries, all of them
 */
export async function moveSlots(slots, { ports, from, to, host = '127.0.0.1', keysAtOnce = 10 }) {
  const nodes = ports.map((port) => new Redis(port, host))
  const [source, target] = [from, to].map((port) => nodes[ports.indexOf(port)])
  /** @param {Redis} node @param {string} command @param {(string | number)[]} args */
  const ask = (node, command, ...args) => insist(() => node.call(command, ...args))
  if (!source || !target) throw new TypeError('both ports have to be among those of the primaries')
  try {
    const [sourceId, targetId] = [String(await source.cluster('MYID')), String(await target.cluster('MYID'))]
    for (const slot of slots) {
      await ask(target, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', sourceId)
      await ask(source, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId)
      for (;;) {
        const keys = /** @type {string[]} */ (await ask(source, 'CLUSTER', 'GETKEYSINSLOT', slot, keysAtOnce))
        if (keys.length === 0) break
        await ask(source, 'MIGRATE', host, to, '', 0, 5_000, 'KEYS', ...keys)
      }
      // The new owner first: it must not be without the slot when the old one sends callers there.
      for (const node of [target, ...nodes.filter((one) => one !== target)])
        await ask(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', targetId)
    }
  } finally {
    for (const node of nodes) node.disconnect()
  }
}

/** @param {unknown} table @param {readonly string[]} ids */
const knows = (table, ids) => ids.every((id) => String(table).includes(id)) && !String(table).includes('handshake')

/** @param {unknown} table */
const replicasIn = (table) => String(table).split('slave ').length - 1

/**
 * Calls again while the cluster is down for a moment: on a busy machine its nodes may take each other for failed.
 *
 * @template T
 * @param {() => Promise<T>} call
 * @param {number} [tries]
 * @returns {Promise<T>}
 */
async function insist(call, tries = 100) {
  try {
    return await call()
  } catch (error) {
    if (tries === 0 || !/CLUSTERDOWN/.test(String(error))) throw error
    await sleep(100)
    return insist(call, tries - 1)
  }
}

/** @param {() => Promise<boolean>} look */
async function until(look) {
  const giveUpAt = Date.now() + 30_000
  while (!(await look())) {
    if (Date.now() > giveUpAt) throw new Error('the servers did not become a cluster within 30 s')
    await sleep(20)
  }
}
