// Two promises put to the test: what racing tabs lose, and if an event that comes twice counts twice.

import type { Player } from './player.ts'

/** Of the events that were answered as accepted, those that are missing in the end; of repeats, those that counted. */
export type Proofs = { accepted: number; lost: number; repeats: number; countedTwice: number }

const rounds = 50

export async function prove(player: Player): Promise<Proofs> {
  const before = await player.visit(player.session.opId())
  const other = await player.tab()
  let accepted = 1
  let last = before
  for (let round = 0; round < rounds; round++) {
    const answers = await Promise.allSettled([player, other].map((tab) => tab.visit(tab.session.opId())))
    accepted += answers.filter(({ status }) => status === 'fulfilled').length
  }
  other.close()
  last = await player.visit(player.session.opId())
  const lost = accepted - (last - before)

  let countedTwice = 0
  for (let round = 0; round < rounds; round++) {
    const opId = player.session.opId()
    const once = await player.visit(opId)
    if ((await player.visit(opId)) !== once) countedTwice++
  }
  return { accepted, lost, repeats: rounds, countedTwice }
}
