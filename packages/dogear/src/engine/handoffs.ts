// Handoffs: a session offered by a link or a code, found, looked at, redeemed once, and taken back.

import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import { handoffOf } from '../turn/access/handoffs.ts'
import type { Sender } from '../turn/commands.ts'
import type { Handoff, SessionRecord } from '../turn/record.ts'
import { barred, isOver, toSender, unknown } from './access.ts'
import type { Engine, HandoffProof } from './contract.ts'
import { enter, heldBy } from './enter.ts'
import { currentOf } from './reader.ts'
import { toRejection } from './refusals.ts'
import type { Intent } from './run-turn.ts'
import { act, credentialOf, type Parts, takeAs, toReply } from './send.ts'

/** Looks and redemptions by one code before it is burned: one of each, and some to spare for a page that is loaded again. */
const maxTries = 5

type Handoffs = 'issueHandoff' | 'findHandoff' | 'lookHandoff' | 'redeem' | 'takeBack'

/** What is filed under a code's locator. It opens nothing: the record has the hash of the whole code. */
type Filed = { session: SessionId; sealedSelector?: string }

// Wrong, expired, used up, burned and unknown ones must not be told apart.
const gone = (): DogearError => new DogearError('handoff_gone', 'this link or code does not work any more')

export function createHandoffs(parts: Parts): Pick<Engine, Handoffs> {
  const { reader, flowOf, onError } = parts
  const { store, clock } = parts.deps

  async function filed(proof: HandoffProof): Promise<Filed | undefined> {
    if (proof.kind === 'link') return { session: proof.id }
    const value = await store.directory.tryCode(proof.locator, maxTries)
    return value === undefined ? undefined : (JSON.parse(value) as Filed)
  }

  /** The record a handoff passes on, and the handoff. */
  async function standing(
    session: SessionId,
    { kind: by, hash }: HandoffProof,
  ): Promise<{ flow: Flow; record: SessionRecord; handoff: Handoff }> {
    const record = await reader.load(session)
    if (record === undefined || record === 'removed' || !parts.flows.has(record.flow)) throw gone()
    const flow = flowOf(record.flow)
    const handoff = isOver(flow, record, clock.now()) ? undefined : handoffOf(record, { by, hash }, clock.now())
    if (!handoff) throw gone()
    return { flow, record, handoff }
  }

  return {
    async issueHandoff(flowId, caller, { mode, link, code, locator, lifetimeMs }) {
      const flow = flowOf(flowId)
      const { id, sealedSelector } = credentialOf(caller)
      if (sealedSelector === undefined) throw new TypeError('a credential without its way cannot be handed over')
      // Asked first, so that nobody without a session fills the directory.
      const { record } = await reader.accessOf(flow, caller)
      const entry: Filed = { session: id, sealedSelector }
      if (record && !(await store.directory.putCode(locator, JSON.stringify(entry), lifetimeMs)))
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
        // As long as a wrong code takes, so that nobody learns which ones begin like one that was given out.
        await reader.load(proof.hash)
        throw gone()
      }
      const { flow } = await standing(entry.session, proof)
      return { session: entry.session, flow: flow.id, sealedSelector: entry.sealedSelector, proof }
    },

    async lookHandoff({ session, proof }, here) {
      const { flow, record, handoff } = await standing(session, proof)
      const held = await heldBy(parts, flow, { here, session })
      const other = held && {
        title: currentOf(reader.view(flow, held.id, held.record)).title,
        updatedAt: held.record.updatedAt,
      }
      const { step, title } = currentOf(reader.view(flow, session, record))
      return {
        flow: flow.id,
        mode: handoff.mode,
        from: record.devices.find(({ id }) => id === handoff.by)?.label ?? '',
        owner: record.owner?.label ?? null,
        step,
        title,
        createdAt: record.createdAt,
        updatedAt: record.updatedAt,
        expiresAt: handoff.expiresAt,
        now: clock.now(),
        here: held?.same ? 'same' : (other ?? null),
      }
    },

    async redeem({ session, flow: flowId, proof }, entrance) {
      const toIntent = (device: Sender): Intent => ({ kind: 'redeem', by: proof.kind, hash: proof.hash, device })
      const reply = await enter(parts, flowOf(flowId), { session, entrance, toIntent, missing: gone })
      // What is left of a code opens nothing any more; it only keeps its place until it expires.
      if (reply.created && proof.kind === 'code') store.directory.dropCode(proof.locator).catch(onError)
      return reply
    },

    async takeBack(flowId, caller, device) {
      const flow = flowOf(flowId)
      const credential = credentialOf(caller)
      const { id } = credential
      const { record } = await reader.accessOf(flow, caller)
      if (record) return { outcome: 'duplicate', view: reader.view(flow, id, record), created: undefined }
      let ended = unknown
      const taken = await takeAs(parts, flow, {
        id,
        intent: {
          kind: 'take-back',
          sender: toSender({ ...caller, credential }),
          device: { secretHash: device.secretHash, label: caller.label ?? '' },
        },
        bar(record) {
          ended = barred(flow, record, { visitor: caller, now: clock.now() }) ?? unknown
          return ended.why === 'moved' ? null : ended
        },
      })
      const outcome = taken.turn?.outcome
      // Who was not let in sees nothing of the session but why.
      if (outcome?.kind === 'rejected') return toRejection(outcome, reader.beginning(flow, ended))
      return toReply(parts, flow, { id, taken, created: device })
    },
  }
}
