// Somebody who talks to the assistant on a real engine, for tests.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { type Engine, tagOf } from 'dogear'
import type { Credential } from 'dogear/http'
import type { AssistantView } from './flow.ts'

type Sent = { type: string; [field: string]: unknown }
type Has = { credential?: Credential | undefined; name?: string | null }

/** One browser, which begins its session with the first event. `on` is the same browser served by another process. */
export function talker(engine: Engine, has: Has = {}) {
  const mint = (): Credential => {
    const hash = () => createHash('sha256').update(randomBytes(32)).digest('base64url')
    return { id: hash(), secretHash: hash() }
  }
  const input = async () => ({ name: has.name ?? null })
  const read = async () => (await engine.read('assistant', caller())) as AssistantView
  const caller = () => ({ credential: has.credential, mint, input })
  const self = {
    read,
    id: () => has.credential?.id ?? '',
    credential: (): Credential => {
      if (!has.credential) throw new Error('there is no session yet')
      return has.credential
    },
    tag: () => tagOf(self.id()),
    on: (other: Engine) => talker(other, has),
    /** Sends from the step the person is at; resolves with the outcome or its code. */
    async send(event: Sent, opId = randomUUID()): Promise<string> {
      const { epoch, revision, mark, step } = await read()
      const position = { epoch, revision, mark }
      const reply = await engine.send('assistant', caller(), { opId, position, ...(step ? { step } : {}), event })
      has.credential = reply.created ?? has.credential
      return reply.outcome === 'rejected' ? reply.code : reply.outcome
    },
    async type(step: string, values: Record<string, unknown>): Promise<string> {
      const reply = await engine.saveDraft('assistant', caller(), { opId: randomUUID(), step, values })
      return reply.outcome
    },
    /** Does what is due, as a worker does. */
    wake: async () => void (await engine.wake(self.id(), engine.now())),
  }
  return self
}

export type Talker = ReturnType<typeof talker>
