// A person who calls engines directly, without HTTP, and notes the answers.

import { randomBytes } from 'node:crypto'
import type { Engine } from 'dogear'
import type { Caller } from 'dogear/http'
import type { Attempt, Journal, Operation } from './journal.ts'

export type Request = Operation['request']

/** The time after which a person stops waiting, longer than any work takes. */
const longestMs = 3_000

/** Planted bugs may refuse any request, so nothing here expects success. */
export function person(journal: Journal) {
  const [name, minted] = [
    randomBytes(6).toString('hex'),
    { id: randomBytes(32).toString('base64url'), secretHash: randomBytes(32).toString('base64url') },
  ]
  const caller: Caller = { credential: undefined, mint: () => minted }
  let operations = 0

  async function attempt(client: string, call: () => Promise<Attempt['answer']>): Promise<Attempt> {
    const sentAt = performance.now()
    const answer = await call().catch((error: Error) => ({ kind: 'unknown', why: error.message }) as const)
    return { client, sentAt, answeredAt: performance.now(), answer }
  }
  const send = (engine: Engine, { opId, request }: Operation, client: string) =>
    attempt(client, async () => {
      const reply = await engine.send('checkout', caller, { opId, ...request })
      if (reply.created) caller.credential = reply.created
      const { epoch, revision, mark, step } = reply.view
      const known = { session: minted.id, position: { epoch, revision, mark }, step }
      return reply.outcome === 'rejected'
        ? { kind: 'refused', code: reply.code, ...known }
        : { kind: reply.outcome, ...known }
    })
  const one = {
    async does(engine: Engine, request: Request, tab = ''): Promise<Operation> {
      const operation: Operation = {
        opId: `op-${name}-${++operations}`,
        request,
        secretHash: minted.secretHash,
        attempts: [],
      }
      journal.operations.push(operation)
      operation.attempts.push(await send(engine, operation, `${name}${tab}`))
      return operation
    },
    async again(engine: Engine, operation: Operation, { forget }: { forget: boolean }): Promise<void> {
      if (forget) for (const lost of operation.attempts) lost.answer = { kind: 'unknown', why: 'forgotten' }
      operation.attempts.push(await send(engine, operation, name))
    },
    async looks(engine: Engine): Promise<string | null> {
      const seen = await attempt(name, async () => {
        const { epoch, revision, mark, step } = await engine.read('checkout', caller.credential)
        return { kind: 'read', session: minted.id, position: { epoch, revision, mark }, step }
      })
      journal.reads.push(seen)
      return seen.answer.kind === 'unknown' ? null : seen.answer.step
    },
    /** Reads until nothing is pending. It gives up after a while, because a bug may leave work pending for ever. */
    async ends(engine: Engine): Promise<void> {
      const startedAt = performance.now()
      while (performance.now() - startedAt < longestMs) {
        const step = await one.looks(engine)
        if (step === 'confirmed' || step === 'declined' || step === 'expired') return
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
  }
  return one
}
