// A person with one session, who calls the engine as the HTTP handler does.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Engine } from 'dogear'
import type { Credential } from 'dogear/http'
import { hot } from '../load/dialects.ts'

type Position = { epoch: number; revision: number; mark: string }

export type Person = {
  credential: Credential
  send(event: { type: string }): Promise<void>
  save(step: string, values: Record<string, string>): Promise<void>
}

const hash = () => createHash('sha256').update(randomBytes(32)).digest('base64url')

/** A person whose session begins with the event `first`. */
export async function arrive(engine: Engine, flow: string, first = hot): Promise<Person> {
  const credential: Credential = { id: hash(), secretHash: hash() }
  const caller = { credential: undefined as Credential | undefined, mint: () => credential }
  let position: Position | undefined
  const keep = (reply: Awaited<ReturnType<Engine['send']>>) => {
    // Of two drafts within a millisecond the first may count as the later one; then nothing is written.
    if (reply.outcome === 'rejected') throw new Error(`${flow}: a turn was rejected with ${reply.code}.`)
    const { epoch, revision, mark } = reply.view
    position = { epoch, revision, mark }
  }
  const person: Person = {
    credential,
    send: async (event) => keep(await engine.send(flow, caller, { opId: randomUUID(), position, event })),
    save: async (step, values) =>
      keep(await engine.saveDraft(flow, caller, { opId: randomUUID(), position, step, type: 'answered', values })),
  }
  await person.send(first)
  caller.credential = credential
  return person
}

/** One turn in the session `id`, which is a copy of one that `secretHash` opens. */
export async function visit(engine: Engine, flow: string, { id, secretHash }: Credential): Promise<void> {
  const caller = { credential: { id, secretHash }, mint: () => ({ id, secretHash }) }
  const { outcome } = await engine.send(flow, caller, { opId: randomUUID(), event: hot })
  if (outcome !== 'applied') throw new Error(`A turn in a copied session was not applied but ${outcome}.`)
}
