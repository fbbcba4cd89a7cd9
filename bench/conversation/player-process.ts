// A player as a process of its own, told over its channel what to do.

import { startChild } from '../child.ts'
import type { Order, Played, Resumed } from './player.ts'

export type PlayerProcess = {
  play(conversations: number): Promise<void>
  /** The milliseconds that it took to find each conversation again. */
  resume(): Promise<number[]>
  stop(): Promise<void>
}

/** Starts `file`; resolves when it is ready, rejects with its last words. */
export async function startPlayer(file: string, env: Record<string, string>): Promise<PlayerProcess> {
  const child = startChild(file, { env })
  const told = <Answer>(order: Order): Promise<Answer> => {
    const answer = child.heard<Answer>()
    child.process.send(order)
    return answer
  }
  await child.heard<'ready'>()
  return {
    play: async (conversations) => void (await told<Played>({ play: conversations })),
    resume: async () => (await told<Resumed>({ resume: true })).ms,
    stop: child.stop,
  }
}
