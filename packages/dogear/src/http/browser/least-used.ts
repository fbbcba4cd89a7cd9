// The sessions that a browser forgets to make room for one more key of their flow.

import type { Engine, Visitor } from '../../engine/contract.ts'
import { isKeyed, keyLimit, type Spot } from './spot.ts'

type Holder = { held(): Spot[]; visitor(spot: Spot): Visitor | Promise<Visitor> }

/**
 * The spots that a browser has to give up for a new one, least used first.
 *
 * The sessions themselves tell how long ago they were used: each use moves the end of a session on, so the one that
 * would end first is the one that was used least. One that is gone goes before them, one that waits for an effect
 * stays. Nothing is ended: a forgotten session lives on for its owner, its other devices, the server.
 */
export async function leastUsed(engine: Pick<Engine, 'read'>, browser: Holder, spot: Spot): Promise<Spot[]> {
  if (!isKeyed(spot)) return []
  const others = browser.held().filter((one) => one.flow === spot.flow && isKeyed(one) && one.cookie !== spot.cookie)
  const tooMany = others.length + 1 - keyLimit
  if (tooMany <= 0) return []
  const endOf = async (one: Spot): Promise<number> => {
    const { gone, pending, expiresAt } = await engine.read(one.flow, await browser.visitor(one))
    if (gone || expiresAt === null) return 0
    return pending.length > 0 ? last : expiresAt
  }
  // A session that cannot be read now must not keep the new one from its browser.
  const used = others.map(async (one) => ({ one, end: await endOf(one).catch(() => last) }))
  const inOrder = (await Promise.all(used)).sort((a, b) => a.end - b.end)
  return inOrder.slice(0, tooMany).map(({ one }) => one)
}

const last = Number.MAX_SAFE_INTEGER
