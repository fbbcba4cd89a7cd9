// The hashes that stand for a person in the store: one for each key.

import type { Engine } from '../engine/engine.ts'

/** The reason why nothing can be done: exit code 2. */
export type Refused = { refused: string }

/** The hashes of `id`, as `identify` gives it, the first key's first. */
export function ownersOf({ keyring }: Engine, id: string): { owners: readonly string[] } | Refused {
  if (keyring) return { owners: keyring.digests('owner', id) }
  return { refused: 'Ids of owners are hashes by the keys: give createEngine in the config the keys of the app.' }
}
