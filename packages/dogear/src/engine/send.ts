// A person's turns: admitted by the newest record, answered with a view.

import { DogearError, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import { sleep } from '../time.ts'
import type { Sender } from '../turn/commands.ts'
import { pending } from '../turn/effects.ts'
import { viewOf } from '../turn/open.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Turn } from '../turn/take-turn.ts'
import type { Gone } from '../wire.ts'
import { barred, removed, tagOf, toSender, unknown } from './access.ts'
import type { Caller, Credential, Engine, Reply, Visitor } from './contract.ts'
import type { EffectRunner } from './effect-runner.ts'
import type { Reader } from './reader.ts'
import { sessionGone, toRejection } from './refusals.ts'
import type { Intent, TurnDeps, TurnRequest } from './run-turn.ts'

/** What the parts of an engine share. `take` runs a turn and sees to everything that follows its commit. */
export type Parts = {
  deps: TurnDeps
  reader: Reader
  take(flow: Flow, request: Omit<TurnRequest, 'flow' | 'leaseMs'>): Promise<Turn>
  flows: ReadonlyMap<string, Flow>
  flowOf(flowId: string): Flow
  /** Ends a session for good. */
  end(id: SessionId, record: SessionRecord): Promise<void>
  onError(error: unknown): void
}

/** A turn that was taken, or why this caller was not let in. */
export type Taken = { turn: Turn; gone: null } | { turn: undefined; gone: Gone }

/** Throws `no_session` for a browser that has none. */
export function credentialOf({ credential }: Visitor): Credential {
  if (!credential) throw new DogearError('no_session', 'there is no session here')
  return credential
}

/** Takes a turn that `bar` lets through: asked about every version of the record that is decided on, it says why not. */
export async function takeAs(
  { take }: Parts,
  flow: Flow,
  { id, intent, bar }: { id: SessionId; intent: Intent; bar: (record: SessionRecord | undefined) => Gone | null },
): Promise<Taken> {
  let barring: { gone: Gone; error: DogearError } | undefined
  const admit = (record: SessionRecord | undefined) => {
    const gone = bar(record)
    if (!gone) return
    barring = { gone, error: new DogearError('session_gone', 'the session is not open to this browser') }
    throw barring.error
  }
  try {
    return { turn: await take(flow, { id, intent, admit }), gone: null }
  } catch (error) {
    if (barring && error === barring.error) return { turn: undefined, gone: barring.gone }
    if (isDogearError(error) && error.code === 'session_gone') return { turn: undefined, gone: removed }
    throw error
  }
}

/** The turn of a visitor who has the session open. */
export function takeInside(
  parts: Parts,
  flow: Flow,
  { visitor, toIntent }: { visitor: Visitor & { label?: string }; toIntent: (sender: Sender) => Intent },
): Promise<Taken> {
  const credential = credentialOf(visitor)
  const bar = (record: SessionRecord | undefined) => barred(flow, record, { visitor, now: parts.deps.clock.now() })
  return takeAs(parts, flow, { id: credential.id, intent: toIntent(toSender({ ...visitor, credential })), bar })
}

/**
 * What to answer. `created` is the credential the caller holds from now on, if it was let in. `had` is what to say of the session
 * the browser had, where there is none to show.
 */
export function toReply(
  { reader }: Parts,
  flow: Flow,
  {
    id,
    taken,
    created,
    had = unknown,
  }: { id: SessionId; taken: Taken; created?: Credential | undefined; had?: Gone | null },
): Reply {
  if (!taken.turn) return sessionGone(reader.beginning(flow, taken.gone))
  const { outcome, record, work } = taken.turn
  const refused = outcome.kind === 'rejected' ? outcome : undefined
  const shown = record && work && refused?.reason !== 'expired'
  const view = shown ? viewOf(work, { tag: tagOf(id) }) : reader.beginning(flow, had)
  if (outcome.kind === 'rejected') return toRejection(outcome, view)
  return { outcome: outcome.kind, view, created }
}

/** The same for a visitor who has the session open. */
export async function act(
  parts: Parts,
  flow: Flow,
  request: { visitor: Visitor & { label?: string }; toIntent: (sender: Sender) => Intent },
): Promise<Reply> {
  const { id } = credentialOf(request.visitor)
  return toReply(parts, flow, { id, taken: await takeInside(parts, flow, request) })
}

export type SendingOptions = { runner: EffectRunner; effectWaitMs: number }

export function createSending(
  parts: Parts,
  { runner, effectWaitMs }: SendingOptions,
): Pick<Engine, 'send' | 'saveDraft' | 'extend'> {
  const { reader, flowOf, take } = parts

  /** A turn in the caller's session, or in a new one if it has none; in place of a dead one only if `mayBegin`. */
  async function submit(
    flow: Flow,
    caller: Caller,
    { toIntent, mayBegin }: { toIntent: (sender: Sender) => Intent; mayBegin: () => boolean },
  ): Promise<{ reply: Reply; id: SessionId; turn: Turn | undefined }> {
    if (caller.credential) {
      const { id } = caller.credential
      const taken = await takeInside(parts, flow, { visitor: caller, toIntent })
      if (taken.gone?.why !== 'expired' || !mayBegin())
        return { reply: toReply(parts, flow, { id, taken }), id, turn: taken.turn }
    }
    // Strict mode: an id we did not mint is never adopted.
    const credential = await caller.mint()
    const { id } = credential
    const turn = await take(flow, { id, intent: toIntent(toSender({ ...caller, credential })), fresh: true })
    const had = caller.credential ? unknown : null
    const created = turn.outcome.kind === 'applied' ? credential : undefined
    return { reply: toReply(parts, flow, { id, taken: { turn, gone: null }, created, had }), id, turn }
  }

  return {
    async send(flowId, caller, { opId, version, step, position, event }) {
      const flow = flowOf(flowId)
      const given = {
        ...(version === undefined ? {} : { version }),
        ...(step === undefined ? {} : { step }),
        ...(position === undefined ? {} : { position }),
      }
      const toIntent = (sender: Sender): Intent => ({ kind: 'event', opId, event, sender, ...given })
      const { reply, id, turn } = await submit(flow, caller, { toIntent, mayBegin: () => true })
      if (reply.outcome === 'rejected' || !turn?.record || pending(turn.record.effects).length === 0) return reply
      await Promise.race([runner.idle(id), sleep(effectWaitMs)])
      const credential = reply.created ?? caller.credential
      return { ...reply, view: await reader.read(flow, { ...caller, credential }) }
    },
    async saveDraft(flowId, caller, draft) {
      const flow = flowOf(flowId)
      const toIntent = (sender: Sender): Intent => ({ kind: 'draft', ...draft, sender })
      // Who was further than the beginning must hear that their session is gone, not find a new one in its place.
      const mayBegin = () => reader.beginning(flow).step === draft.step
      return (await submit(flow, caller, { toIntent, mayBegin })).reply
    },
    async extend(flowId, caller) {
      return act(parts, flowOf(flowId), { visitor: caller, toIntent: (sender) => ({ kind: 'extend', sender }) })
    },
  }
}
