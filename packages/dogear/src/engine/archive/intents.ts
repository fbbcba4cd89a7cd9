// The parameters that an effect began with, kept in the archive for as long as its session: a rollback forgets them.

import { hash } from 'node:crypto'
import { DogearError } from '../../errors.ts'
import type { SessionId, Store } from '../../store/store.ts'
import { canonical } from '../../turn/receipts.ts'
import type { Effect, Result } from '../../turn/record.ts'
import { referTo } from '../access.ts'

/** 24 bits tell two orders of a person apart. With keys the archive sees a keyed hash of them. */
const hashLength = 4

type Intended = { session: SessionId; effects: readonly Effect[]; forMs: number }

/**
 * The results at hand of `effects` that must not call their actor, by effect id: each began before with other
 * parameters, which its session has lost in a rollback since. A provider that took the first ones under this id would
 * refuse these, or answer for the first.
 *
 * An intent is a lease in the archive which the hash of the parameters holds for `forMs` milliseconds. It is there
 * before the actor is called.
 */
export async function intend(
  archive: Pick<Store, 'hold'>,
  { session, effects, forMs }: Intended,
): Promise<ReadonlyMap<string, Result>> {
  const results = new Map<string, Result>()
  const intents = effects.map(async ({ effectId, src, input }) => {
    const parameters = hash('sha256', `${effectId} ${canonical(input)}`, 'base64url').slice(0, hashLength)
    if (await archive.hold(session, `${effectId}.input`, parameters, forMs)) return
    const message = `effect "${src}" began before with other parameters, which were lost; its actor is not called`
    const error = referTo(session, new DogearError('effect_parameters_changed', message))
    results.set(effectId, { ok: false, error, retryable: false })
  })
  await Promise.all(intents)
  return results
}
