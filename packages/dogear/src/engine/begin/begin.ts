// A session that begins, with the credential that its browser gets.

import type { Flow } from '../../flow/define.ts'
import { copyOf } from '../../plain-data.ts'
import type { Command, Sender } from '../../turn/commands.ts'
import { admit } from '../../turn/door.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { takeTurn } from '../../turn/take-turn.ts'
import type { Gone } from '../../wire.ts'
import { toSender, unknown } from '../access.ts'
import type { Caller, Credential, Reply } from '../contract.ts'
import type { Reader } from '../reader.ts'
import { toReply } from '../reply.ts'
import type { Intent, Taken, TurnDeps, TurnRequest } from '../run-turn.ts'
import { beginningOf, isUntouched } from './first-event.ts'
import { inputOf } from './input.ts'

/** `effects` resolves when all effects the turn started are over, with those that their results started. */
export type Started = Taken & { effects: Promise<unknown> }

/** `take` runs a turn with everything that follows its commit. */
export type TakingParts = TurnDeps & {
  reader: Reader
  take(flow: Flow, request: Omit<TurnRequest, 'flow' | 'leaseMs'>): Promise<Started>
}

/** `had` says why the session that the browser had is gone. */
export type BeginRequest = Pick<TurnRequest, 'isLate'> & {
  caller: Caller
  toIntent: (sender: Sender) => Intent
  had: Gone | null
}

export type Submitted = { reply: Reply; taken: Started }

/**
 * Takes the turn that begins a session. A command that is refused makes no credential and stores nothing. An event that
 * has begun one already leads to that one as long as nobody has gone on in it (see `beginningOf`), and is refused then.
 */
export async function begin(
  { store, clock, reader, take }: TakingParts,
  flow: Flow,
  { caller, toIntent, had, ...more }: BeginRequest,
): Promise<Submitted> {
  await clock.sync()
  const input = await inputOf(flow, caller)
  const { key } = caller
  const intent = toIntent({ secretHash: '', label: '' })
  const trial = takeTurn(
    flow,
    undefined,
    { ...intent, input, session: '', mark: '', leaseMs: 0 } as Command,
    clock.now(),
  )
  if (!trial.changed) {
    const taken = { turn: trial, view: undefined, effects: Promise.resolve() }
    return { reply: await toReply(reader, flow, { taken, had, visitor: caller }), taken }
  }

  // Of promises that somebody forgot in the data, only those of the turn that counts are refused.
  copyOf(trial.record)

  /** The turn in a session of this credential; undefined if that session is not to be begun or entered with it. */
  async function takeAs(seed: Uint8Array | undefined, how: Pick<TurnRequest, 'fresh' | 'bar'>) {
    // A new session never adopts an id that the browser sent.
    const credential = await caller.mint(seed)
    const { id } = credential
    const taken = await take(flow, {
      id,
      intent: { ...toIntent(toSender({ ...caller, credential })), input, birth: birthOf(flow, key, credential) },
      ...how,
      ...more,
    })
    if (!taken.turn) return undefined
    const created = taken.turn.outcome.kind === 'rejected' ? undefined : credential
    return { reply: await toReply(reader, flow, { taken, created, had, visitor: caller }), taken }
  }

  const sent = admit(intent as Command)
  if (sent.kind === 'event') {
    const { opId, event } = sent
    const { seed, again } = await beginningOf(store, { flow: flow.id, key, label: caller.label, opId, event })
    const bar: TurnRequest['bar'] = (record) => (record && !isUntouched(record) ? unknown : null)
    const submitted = await takeAs(seed, again ? { bar } : { fresh: true })
    if (submitted) return submitted
    // The session it has begun went on or was ended. It begins no second one, with a second effect.
    const taken = { gone: unknown, effects: Promise.resolve() }
    return { reply: await toReply(reader, flow, { taken, had, visitor: caller }), taken }
  }
  return (await takeAs(undefined, { fresh: true })) as Submitted
}

/** The selector is kept only where the server may let others in: it costs room in the record. */
function birthOf(
  { serverHandoffs }: Flow,
  key: string | undefined,
  { sealedSelector }: Credential,
): SessionRecord['birth'] {
  const kept = serverHandoffs ? sealedSelector : undefined
  if (key === undefined && kept === undefined) return undefined
  return { ...(key !== undefined && { key }), ...(kept !== undefined && { sealedSelector: kept }) }
}
