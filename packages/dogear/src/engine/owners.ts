// Owners: sessions attached to a signed-in user, listed, opened in another of their browsers, ended by them.

import { DogearError, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import type { Sender } from '../turn/commands.ts'
import type { Owner, SessionRecord } from '../turn/record.ts'
import type { SavedSession } from '../wire.ts'
import { barred, credentialOf, isOver, unknown } from './access.ts'
import type { Credential, Engine, HeldCredentials, SignedIn } from './contract.ts'
import { enter } from './enter.ts'
import type { OwnerIndex } from './owner-index.ts'
import { currentOf } from './reader.ts'
import { toReply } from './reply.ts'
import type { Intent } from './run-turn.ts'
import { type EngineParts, takeInside } from './send.ts'

/** The browser's credential of a session. One in the cookie of another flow is none. */
function heldAs(here: HeldCredentials, flow: Flow, session: SessionId): Credential | undefined {
  const held = here.get(session)
  return held?.flow === flow.id ? held : undefined
}

/** Sessions listed for one owner at most. */
const listLimit = 100

type Owned = { flow: Flow; record: SessionRecord; owner: Owner }
type Owning = 'attach' | 'sessionsOf' | 'open' | 'removeOwned' | 'signOutElsewhere'

// The same error for somebody else's session, an ended one and one that never was: nobody may tell them apart.
const missing = (): DogearError => new DogearError('not_found', 'there is no such session of this owner')

export function createOwners(parts: EngineParts, index: OwnerIndex): Pick<Engine, Owning> {
  const { reader, flowOf, flows, store, clock, onError } = parts

  async function owned(flowId: string, session: SessionId, { id }: Pick<SignedIn, 'id'>): Promise<Owned> {
    const flow = flowOf(flowId)
    const record = await reader.load(session)
    if (isOver(flow, record, clock.now()) || record.owner?.id !== id) throw missing()
    return { flow, record, owner: record.owner }
  }

  /** One entry of the list; undefined, and off the list for good, if it is not the owner's or not there any more. */
  async function entry(
    owner: Pick<SignedIn, 'id'>,
    session: SessionId,
    here: HeldCredentials,
  ): Promise<SavedSession | undefined> {
    const record = await reader.load(session)
    const now = clock.now()
    const flow = typeof record === 'object' ? flows.get(record.flow) : undefined
    const over = typeof record !== 'object' || (flow && isOver(flow, record, now))
    if (over || record.owner?.id !== owner.id) {
      index.drop(session, owner.id).catch(onError)
      return undefined
    }
    if (!flow) return undefined
    const view = reader.view(flow, session, record)
    const { createdAt, updatedAt, expiresAt } = record
    const credential = heldAs(here, flow, session)
    const mine = credential !== undefined && !barred(flow, record, { visitor: { credential, owner }, now })
    const { key } = record.birth ?? {}
    const place = { flow: flow.id, ...(key !== undefined && { key }), status: view.status, ...currentOf(view) }
    return { session, ...place, createdAt, updatedAt, expiresAt, here: mine }
  }

  return {
    async attach(flowId, caller, device) {
      if (!caller.owner) throw new DogearError('not_signed_in', 'nobody is signed in here')
      const flow = flowOf(flowId)
      const { id } = credentialOf(caller)
      const { record } = await reader.accessOf(flow, caller)
      // Listed first: once the old secret is gone, no failure may keep the new one from its browser.
      if (record && (record.owner ?? caller.owner).id === caller.owner.id)
        await index.file(flow, id, { owner: caller.owner, expiresAt: record.expiresAt })
      const renewed: Sender = { secretHash: device.secretHash, label: caller.label ?? '' }
      const toIntent = (sender: Sender): Intent => ({ kind: 'attach', sender, device: renewed })
      const taken = await takeInside(parts, flow, { visitor: caller, toIntent })
      return toReply(reader, flow, { taken, created: device, visitor: caller })
    },

    async sessionsOf(owner, here = new Map()) {
      const ids = await store.directory.list(owner.id, listLimit)
      // One session that cannot be shown must not hide the others; a store that fails is no empty list.
      const shown = (session: SessionId) =>
        entry(owner, session, here).catch((error: unknown) => {
          if (isDogearError(error) && error.code === 'store_unavailable') throw error
          onError(error)
          return undefined
        })
      const entries = await Promise.all(ids.map(shown))
      return entries.filter((one) => one !== undefined).sort((a, b) => b.updatedAt - a.updatedAt)
    },

    async open(flowId, session, { owner, device, ...entrance }) {
      const { flow, owner: known } = await owned(flowId, session, owner)
      const toIntent = (sender: Sender): Intent => ({ kind: 'open-as-owner', owner: owner.id, device: sender })
      const credential = device(known.sealedSelector)
      return enter(parts, flow, { session, entrance: { ...entrance, device: credential }, toIntent, missing })
    },

    async signOutElsewhere(owner, here, label) {
      const saved = await store.directory.list(owner.id, listLimit)
      const signOut = async (session: SessionId): Promise<boolean> => {
        const record = await reader.load(session)
        const flow = typeof record === 'object' ? flows.get(record.flow) : undefined
        if (!flow) return false
        const intent: Intent = {
          kind: 'sign-out',
          owner: owner.id,
          here: heldAs(here, flow, session)?.secretHash,
          label,
        }
        return (await parts.take(flow, { id: session, intent })).turn?.changed === true
      }
      const ended = await Promise.all(saved.map(signOut))
      return ended.filter(Boolean).length
    },

    async removeOwned(flowId, session, owner) {
      const flow = flowOf(flowId)
      const isTheirs = (record: SessionRecord | undefined) =>
        !isOver(flow, record, clock.now()) && record.owner?.id === owner.id
      if (await parts.end(flow, session, (record) => (isTheirs(record) ? null : unknown))) throw missing()
    },
  }
}
