// The process that makes the load: players of one contender at a time, on the orders of the bench.

import { type DialectName, dialects } from './dialects.ts'
import { begun, type Player } from './player.ts'
import { type Proofs, prove } from './proofs.ts'

export type Order =
  | { order: 'open'; port: number; dialect: DialectName; connections: number }
  /** Ends sooner once `turns` were taken, if it is there. */
  | { order: 'play'; ms: number; turns?: number }
  | { order: 'prove' }
  | { order: 'close' }

/** One slice: how many turns were answered in which time, and the milliseconds that half and 99 % of them took. */
export type Slice = { turns: number; ms: number; p50: number; p99: number }

let players: Player[] = []

async function carryOut(order: Order): Promise<Slice | Proofs | undefined> {
  if (order.order === 'close') {
    for (const player of players) player.close()
    players = []
    return undefined
  }
  if (order.order === 'open') {
    const { port, dialect, connections } = order
    players = await Promise.all(Array.from({ length: connections }, () => begun(port, dialects[dialect])))
    return undefined
  }
  if (order.order === 'prove') {
    const [player] = players
    return player && (await prove(player))
  }
  const took: number[] = []
  const started = performance.now()
  const { ms: limit, turns = Number.POSITIVE_INFINITY } = order
  const over = () => performance.now() >= started + limit || took.length >= turns
  await Promise.all(players.map((player) => player.play(over, took)))
  const ms = performance.now() - started
  const sorted = Float64Array.from(took).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { turns: sorted.length, ms, p50: at(0.5), p99: at(0.99) }
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit())
