// The nodes of a Redis Cluster as one of them sees them: the slots that nobody serves, the primaries without a replica.

import { fail, ok, warn } from '../../store/checks.ts'
import type { Check } from '../../store/store.ts'
import { allSlots, countOf } from '../topology.ts'

/**
 * `slots` are counted; `moving` are on their way from it or to it. `copies` is the id of the primary that it copies.
 * `down` for those who were asked.
 */
export type Member = {
  id: string
  address: string
  copies: string | undefined
  down: boolean
  slots: number
  moving: number
}

/** Reads the answers of some nodes to CLUSTER NODES. Only a node's own answer tells which slots it is moving. */
export function membersIn(tables: readonly string[]): Member[] {
  const members = new Map<string, Member>()
  for (const line of tables.flatMap((table) => table.split('\n'))) {
    const [id = '', at, flags = '', primary = '-', , , , link, ...ranges] = line.trim().split(' ')
    if (!at || /\b(noaddr|handshake)\b/.test(flags)) continue
    const own = /\bmyself\b/.test(flags)
    const known = members.get(id)
    const down = /\bfail\b/.test(flags) || (!own && link === 'disconnected')
    const address = at.replace(/@.*/, '')
    const member: Member = {
      ...{ id, address, copies: primary === '-' ? undefined : primary, down: down || (known?.down ?? false) },
      slots: ranges.reduce((sum, range) => sum + countOf(range), 0),
      moving: ranges.filter((range) => range.startsWith('[')).length,
    }
    members.set(id, own || !known ? member : { ...known, down: member.down })
  }
  return [...members.values()]
}

const advice = {
  down: 'bring the node back, or let its replica take over; until then sessions there are neither read nor written',
  moving: 'if no reshard is under way, one was broken off: redis-cli --cluster fix ends it',
  alone: 'give each primary a replica: without one, its slots are down as long as it is',
}

export function slots(members: readonly Member[]): Check {
  const name = 'slots'
  const holding = members.filter((member) => member.slots > 0)
  const down = holding.filter((member) => member.down)
  const unserved = allSlots - sumOf(holding) + sumOf(down)
  const where = down.length > 0 ? `: ${addressesOf(down)} down` : ''
  if (unserved > 0) return fail(name, `${unserved} of ${allSlots} are served by no node${where}`, advice.down)
  const moving = members.reduce((most, member) => Math.max(most, member.moving), 0)
  if (moving > 0) return warn(name, `all served, ${moving} on their way to another node`, advice.moving)
  return ok(name, `all served, by ${holding.length} primaries`)
}

/** An addition to the check of each primary's own replicas. */
export function replicas(members: readonly Member[]): Check {
  const copied = new Set(members.flatMap(({ copies, down }) => (copies && !down ? [copies] : [])))
  const alone = members.filter((member) => member.slots > 0 && !copied.has(member.id))
  if (alone.length === 0) return ok('replicas', 'every primary has one')
  return warn('replicas', `none for ${addressesOf(alone)}`, advice.alone)
}

const sumOf = (members: readonly Member[]): number => members.reduce((sum, { slots: count }) => sum + count, 0)
const addressesOf = (members: readonly Member[]): string => members.map(({ address }) => address).join(', ')
