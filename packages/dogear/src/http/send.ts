// Events of someone whose session is gone: no obstacle to who begins anew with its cookie still in the browser.

import type { Caller, Engine, Reply } from '../engine/engine.ts'
import type { EventRequest } from '../wire.ts'

/**
 * Sends an event; for a session that is gone the reply is a rejection (`session_gone`) with the initial view.
 *
 * Someone who had only seen the beginning (revision 0) has nothing to lose: their event starts a new session at once.
 */
export async function sendEvent(engine: Engine, flowId: string, caller: Caller, request: EventRequest): Promise<Reply> {
  const reply = await engine.send(flowId, caller, request)
  const gone = reply.outcome === 'rejected' && reply.code === 'session_gone'
  const anew = gone && caller.credential !== undefined && request.position?.revision === 0
  return anew ? await engine.send(flowId, { ...caller, credential: undefined }, request) : reply
}
