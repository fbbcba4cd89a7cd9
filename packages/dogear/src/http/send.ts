// Sessions that are gone: told to who was in one, and no obstacle to who begins anew with its cookie still in the browser.

import type { Caller, Engine, Reply } from '../engine/engine.ts'
import { isDogearError } from '../errors.ts'
import type { EventRequest } from '../wire.ts'

/**
 * Sends an event; a session that was destroyed or has expired is a rejection (`session_gone`) with the initial view.
 *
 * Someone who had only seen the beginning (revision 0) has nothing to lose: their event starts a new session at once.
 */
export async function sendEvent(engine: Engine, flowId: string, caller: Caller, request: EventRequest): Promise<Reply> {
  const send = (as: Caller) => orGone(engine, flowId, engine.send(flowId, as, request))
  const reply = await send(caller)
  const anew = isGone(reply) && caller.credential !== undefined && request.position?.revision === 0
  return anew ? await send({ ...caller, credential: undefined }) : reply
}

/** The reply, or a rejection where the engine threw that the session is gone. */
export async function orGone(engine: Engine, flowId: string, reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply
  } catch (error) {
    if (!isDogearError(error) || error.code !== 'session_gone') throw error
    const { code, message, issues } = error
    return {
      outcome: 'rejected',
      code,
      message,
      issues,
      view: await engine.read(flowId, undefined),
      created: undefined,
    }
  }
}

export function isGone(reply: Reply | undefined): boolean {
  return reply?.outcome === 'rejected' && reply.code === 'session_gone'
}
