// Turns of a person, answered with a view.

import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import { sleep } from '../time.ts'
import type { Sender } from '../turn/commands.ts'
import type { Gone } from '../wire.ts'
import { barred, credentialOf, isPast, keepsNoCookie, toSender } from './access.ts'
import { begin, type Started, type Submitted, type TakingParts } from './begin/begin.ts'
import type { Caller, Engine, Reply, Visitor } from './contract.ts'
import { toRejected, toReply } from './reply.ts'
import type { Intent, TurnRequest } from './run-turn.ts'

/** Shared by the methods of an engine. */
export type EngineParts = TakingParts & {
  flows: ReadonlyMap<string, Flow>
  flowOf(flowId: string): Flow
  /**
   * Ends a session for good; resolves with the reason if `bar` has one against it, or it is gone already. Rejects with
   * `effect_pending` while an effect is under way: it would be done for nobody.
   */
  end(flow: Flow, id: SessionId, bar: NonNullable<TurnRequest['bar']>): Promise<Gone | null>
  onError(error: unknown): void
}

type VisitorRequest = Pick<TurnRequest, 'isLate'> & { visitor: Visitor; toIntent: (sender: Sender) => Intent }

/** Takes a turn of a visitor who has the session open. */
export function takeInside(
  { take, clock }: EngineParts,
  flow: Flow,
  { visitor, toIntent, ...more }: VisitorRequest,
): Promise<Started> {
  const credential = credentialOf(visitor)
  return take(flow, {
    id: credential.id,
    intent: toIntent(toSender({ ...visitor, credential })),
    bar: (record) => barred(flow, record, { visitor, now: clock.now() }),
    ...more,
  })
}

/** Takes a turn of a visitor who has the session open, and answers. */
export async function act(parts: EngineParts, flow: Flow, request: VisitorRequest): Promise<Reply> {
  return toReply(parts.reader, flow, { taken: await takeInside(parts, flow, request), visitor: request.visitor })
}

export function createSending(
  parts: EngineParts,
  { effectWaitMs }: { effectWaitMs: number },
): Pick<Engine, 'send' | 'saveDraft' | 'extend'> {
  const { reader, flowOf } = parts

  /** A turn in the caller's session; in a new one if there is none, or in place of a gone one if `mayBegin` says so. */
  function submit(
    flow: Flow,
    caller: Caller,
    {
      toIntent,
      mayBegin,
    }: { toIntent: (sender: Sender) => Intent; mayBegin: (gone: Gone) => boolean | Promise<boolean> },
  ): Promise<Submitted> {
    return parts.store.together((isLate) => {
      const start = (had: Gone | null) => begin(parts, flow, { caller, toIntent, had, isLate })
      if (!caller.credential) return start(null)
      const answer = (taken: Started): Submitted | Promise<Submitted> => {
        const reply = toReply(reader, flow, { taken, visitor: caller })
        return reply instanceof Promise ? reply.then((reply) => ({ reply, taken })) : { reply, taken }
      }
      return takeInside(parts, flow, { visitor: caller, toIntent, isLate }).then((taken) => {
        const { gone } = taken
        return gone ? goOn(taken, gone) : answer(taken)
      })
      async function goOn(taken: Started, gone: Gone): Promise<Submitted> {
        return (await mayBegin(gone)) ? start(gone.why === 'expired' ? gone : null) : answer(taken)
      }
    })
  }

  const withoutCookies = async (flow: Flow, caller: Caller): Promise<Reply> =>
    toRejected({ reason: 'no-cookies' }, await reader.beginning(flow, null, caller))

  return {
    async send(flowId, caller, { opId, version, step, position, fields, form, event }) {
      const flow = flowOf(flowId)
      if (keepsNoCookie(caller, position)) return withoutCookies(flow, caller)
      const toIntent = (sender: Sender): Intent => {
        return { kind: 'event', opId, version, step, position, fields, form, event, sender }
      }
      // A caller who had only seen the beginning has nothing to lose.
      const mayBegin = (gone: Gone) => isPast(gone) || position?.revision === 0
      const { reply, taken } = await submit(flow, caller, { toIntent, mayBegin })
      if (reply.outcome === 'rejected' || !taken.turn?.after.effects.length) return reply
      await Promise.race([taken.effects, sleep(effectWaitMs)])
      const credential = reply.created ?? caller.credential
      // The event is applied and its credential given out, so a look that fails must not take the answer away.
      const view = await reader.read(flow, { ...caller, credential }).catch(() => reply.view)
      return { ...reply, view }
    },
    async saveDraft(flowId, caller, { position, ...draft }) {
      const flow = flowOf(flowId)
      if (keepsNoCookie(caller, position)) return withoutCookies(flow, caller)
      const toIntent = (sender: Sender): Intent => ({ kind: 'draft', sender, ...draft })
      // Further than the first step, a caller must learn that their session is gone, not find a new one in its place.
      const mayBegin = async (gone: Gone) =>
        isPast(gone) && (await reader.beginning(flow, null, caller)).step === draft.step
      return (await submit(flow, caller, { toIntent, mayBegin })).reply
    },
    async extend(flowId, caller) {
      return act(parts, flowOf(flowId), { visitor: caller, toIntent: (sender) => ({ kind: 'extend', sender }) })
    },
  }
}
