// Who is signed in, as the engine may know it: a keyed hash of the id, and a masked name.

import type { SignedIn } from '../engine/engine.ts'
import { masked } from './masked.ts'
import type { Identify, Settings } from './options.ts'

const maxId = 1024

/**
 * Asks the application who sends `request`. None if nobody is signed in, else one per key of the keyring: the first is the one to
 * write, the others are what earlier keys wrote.
 */
export async function identified(signIn: Settings['signIn'], request: Request): Promise<readonly SignedIn[]> {
  if (!signIn) return []
  const answer = await asked(signIn.identify, request)
  if (answer === null || answer === undefined) return []
  const { id, label = id } = typeof answer === 'string' ? { id: answer } : answer
  if (typeof id !== 'string' || id.length === 0 || id.length > maxId || typeof label !== 'string')
    throw new TypeError(`identify must give null, an id of 1 to ${maxId} characters, or { id, label }`)
  return signIn.keyring.digests('owner', id).map((digest) => ({ id: digest, label: masked(label) }))
}

// Whatever the application throws, even an error of ours, says nothing about this request: it is a fault to look into.
async function asked(identify: Identify, request: Request): Promise<Awaited<ReturnType<Identify>>> {
  try {
    return await identify(request)
  } catch (cause) {
    throw new Error('identify failed', { cause })
  }
}
