// Handoffs: a session offered by a link or a code, redeemed once, until it is taken back.

import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import { handoffOf } from '../turn/access/handoffs.ts'
import type { Sender } from '../turn/commands.ts'
import type { Handoff, SessionRecord } from '../turn/record.ts'
import { barred, credentialOf, isOver, toSender, unknown } from './access.ts'
import type { Engine, HandoffOffer, HandoffProof } from './contract.ts'
import { enter, openSessionOf } from './enter.ts'
import { currentOf } from './reader.ts'
import { toRejected, toReply } from './reply.ts'
import type { Intent } from './run-turn.ts'
import { act, type EngineParts } from './send.ts'

/** Looks and redemptions by one code before it is burned: one of each, with spares for a page that is loaded again. */
const maxTries = 5

type Handoffs = 'offerHandoff' | 'findHandoff' | 'lookHandoff' | 'redeem' | 'takeBack'

/** The list of the codes that lead to a session, so that they can be erased with it. */
export const codesOf = (session: SessionId): string => `codes.${session}`

/** The entry filed under a code's locator. It opens nothing: the record has the hash of the whole code. */
type Filed = { session: SessionId; sealedSelector?: string }

/** Files a code; false if another one is filed under its locator. */
export async function fileCode(
  { directory }: Pick<EngineParts['store'], 'directory'>,
  entry: Filed,
  { locator, lifetimeMs }: Pick<HandoffOffer, 'locator' | 'lifetimeMs'>,
): Promise<boolean> {
  const free = await directory.putCode(locator, JSON.stringify(entry), lifetimeMs)
  if (free) await directory.add(codesOf(entry.session), locator, lifetimeMs)
  return free
}

// The same error for wrong, expired, used up, burned and unknown ones: nobody may tell them apart.
const gone = (): DogearError => new DogearError('handoff_gone', 'this link or code does not work any more')

export function createHandoffs(parts: EngineParts): Pick<Engine, Handoffs> {
  const { reader, flowOf, store, clock, onError } = parts

  async function filed(proof: HandoffProof): Promise<Filed | undefined> {
    if (proof.kind === 'link') return { session: proof.id }
    const value = await store.directory.tryCode(proof.locator, maxTries)
    return value === undefined ? undefined : (JSON.parse(value) as Filed)
  }

  /** The record that an open handoff passes on, and the handoff. */
  async function openHandoff(
    session: SessionId,
    { kind: by, hash }: HandoffProof,
  ): Promise<{ flow: Flow; record: SessionRecord; handoff: Handoff }> {
    const record = await reader.load(session)
    if (typeof record !== 'object' || !parts.flows.has(record.flow)) throw gone()
    const flow = flowOf(record.flow)
    const handoff = isOver(flow, record, clock.now()) ? undefined : handoffOf(record, { by, hash }, clock.now())
    if (!handoff) throw gone()
    return { flow, record, handoff }
  }

  return {
    async offerHandoff(flowId, caller, { mode, link, code, locator, lifetimeMs }) {
      const flow = flowOf(flowId)
      const { id, sealedSelector } = credentialOf(caller)
      if (sealedSelector === undefined)
        throw new TypeError('a credential without its sealed selector cannot be handed over')
      // Checked first, so that nobody without a session fills the directory.
      const { record } = await reader.accessOf(flow, caller)
      if (record && !(await fileCode(store, { session: id, sealedSelector }, { locator, lifetimeMs })))
        return { outcome: 'taken' }
      const expiresAt = clock.now() + lifetimeMs
      const handoff = { link, code, mode, expiresAt }
      const reply = await act(parts, flow, {
        visitor: caller,
        toIntent: (sender) => ({ kind: 'issue', handoff, sender }),
      })
      return { ...reply, expiresAt }
    },

    async findHandoff(proof) {
      const entry = await filed(proof)
      if (!entry) {
        // Read a record that does not exist, so that an unknown code takes as long as a known prefix.
        await reader.load(proof.hash)
        throw gone()
      }
      const { flow, record } = await openHandoff(entry.session, proof)
      const { session, sealedSelector } = entry
      return { session, flow: flow.id, key: record.birth?.key, sealedSelector, proof }
    },

    async lookHandoff({ session, proof }, here) {
      const { flow, record, handoff } = await openHandoff(session, proof)
      const open = await openSessionOf(parts, flow, { here, session })
      const other = open && {
        title: currentOf(reader.view(flow, open.id, open.record)).title,
        updatedAt: open.record.updatedAt,
      }
      const { step, title } = currentOf(reader.view(flow, session, record))
      const { key } = record.birth ?? {}
      return {
        flow: flow.id,
        ...(key !== undefined && { key }),
        mode: handoff.mode,
        from: record.devices.find(({ id }) => id === handoff.by)?.label ?? '',
        owner: record.owner?.label ?? null,
        step,
        title,
        createdAt: record.createdAt,
        updatedAt: record.updatedAt,
        expiresAt: handoff.expiresAt,
        now: clock.now(),
        here: open?.same ? 'same' : (other ?? null),
      }
    },

    async redeem({ session, flow: flowId, proof }, entrance) {
      const toIntent = (device: Sender): Intent => ({ kind: 'redeem', by: proof.kind, hash: proof.hash, device })
      const reply = await enter(parts, flowOf(flowId), { session, entrance, toIntent, missing: gone })
      // The entry of a used code opens nothing any more; it would only take up space until it expires.
      if (reply.created && proof.kind === 'code') store.directory.dropCode(proof.locator).catch(onError)
      return reply
    },

    async takeBack(flowId, caller, device) {
      const flow = flowOf(flowId)
      const credential = credentialOf(caller)
      const { id } = credential
      const { record } = await reader.accessOf(flow, caller)
      if (record)
        return { outcome: 'duplicate', view: reader.view(flow, id, record, credential.secretHash), created: undefined }
      const endOf = (record: SessionRecord | undefined) =>
        barred(flow, record, { visitor: caller, now: clock.now() }) ?? unknown
      const taken = await parts.take(flow, {
        id,
        intent: {
          kind: 'take-back',
          sender: toSender({ ...caller, credential }),
          device: { secretHash: device.secretHash, label: caller.label ?? '' },
        },
        bar(record) {
          const end = endOf(record)
          return end.why === 'moved' ? null : end
        },
      })
      const { turn } = taken
      // A browser without access learns only the reason.
      if (turn?.outcome.kind === 'rejected')
        return toRejected(turn.outcome, await reader.beginning(flow, endOf(turn.record), caller))
      return toReply(reader, flow, { taken, created: device, visitor: caller })
    },
  }
}
