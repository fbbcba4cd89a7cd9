// The rest of a store, sealed: lists of owners, one-time codes, names of leases, the progress of effects.

import { isSealedText, type Keyring } from '../../keys/keyring.ts'
import type { Archive } from '../../store/archive.ts'
import { around } from '../../store/around.ts'
import type { Directory, ProgressEntry, SessionId, Store } from '../../store/store.ts'

/** `writes` false: what is sealed is opened, and nothing is sealed. */
export type SealedBy = { keyring: Keyring; writes: boolean }

/**
 * `store` whose directory tells nobody without the keys which sessions are on a list, or what is filed under a code,
 * whose leases name neither effect nor holder, and whose progress only its own session can show. Entries of before are
 * read as they are.
 *
 * A lease goes by the first key: while processes disagree about it, an effect may be taken over although it goes on. It
 * has the same `effectId` then, as after the end of a process.
 */
export function sealedStore(store: Store, { keyring, writes }: SealedBy): Store {
  const wrapped = around(store, (request) => request())
  const plain = { ...wrapped, ...sealedProgress(wrapped, { keyring, writes }) }
  const directory = sealedDirectory(plain.directory, { keyring, writes })
  if (!writes) return { ...plain, directory }
  const leaseOf = (key: string) => keyring.digests('lease', key)[0]
  // The holder may be made of what an effect began with, such as an amount, which a plain hash would let anybody guess.
  const holderOf = (key: string, token: string) => keyring.digests('holder', `${key} ${token}`)[0]
  return {
    ...plain,
    directory,
    commit(id, expected, entry) {
      if (!entry.leases?.length) return plain.commit(id, expected, entry)
      const leases = entry.leases.map((lease) => ({
        ...lease,
        key: leaseOf(lease.key),
        token: holderOf(lease.key, lease.token),
      }))
      return plain.commit(id, expected, { ...entry, leases })
    },
    hold: (id, key, token, ...more) => plain.hold(id, leaseOf(key), holderOf(key, token), ...more),
  }
}

/** As `sealedStore`, for an archive. */
export function sealedArchive(archive: Archive, by: SealedBy): Archive {
  return { ...sealedStore(archive, by), put: archive.put.bind(archive), get: archive.get.bind(archive) }
}

/** Entries that cannot be opened here are left out: they are shown while they last, and never needed. */
function sealedProgress(store: Store, { keyring, writes }: SealedBy): Pick<Store, 'addProgress' | 'progressOf'> {
  const { addProgress, progressOf } = store
  const of = (session: SessionId) => ({ purpose: 'progress', session })
  const openedFor = (id: SessionId) => (entry: ProgressEntry) => {
    const text = isSealedText(entry.text) ? keyring.open(of(id), entry.text) : entry.text
    return text === undefined ? [] : [{ ...entry, text }]
  }
  return {
    ...(addProgress && {
      addProgress: (id, text, options) => addProgress(id, writes ? keyring.seal(of(id), text) : text, options),
    }),
    ...(progressOf && { progressOf: async (id, after) => (await progressOf(id, after)).flatMap(openedFor(id)) }),
  }
}

function sealedDirectory(directory: Directory, { keyring, writes }: SealedBy): Directory {
  const listed = (owner: string) => ({ purpose: 'listed', session: owner })
  const filed = (code: string) => ({ purpose: 'filed', session: code })
  const opened = (context: ReturnType<typeof listed>, text: string): string | undefined =>
    isSealedText(text) ? keyring.open(context, text) : text
  return {
    add: (owner, id, ttlMs) => directory.add(owner, writes ? keyring.names(listed(owner), id)[0] : id, ttlMs),
    async list(owner, limit) {
      const entries = await directory.list(owner, limit)
      const ids = entries.map((entry) => opened(listed(owner), entry)).filter((id) => id !== undefined)
      return [...new Set(ids)]
    },
    async drop(owner, id) {
      const entries = [...keyring.names(listed(owner), id), id]
      await Promise.all(entries.map((entry) => directory.drop(owner, entry)))
    },
    putCode: (code, value, ttlMs) => directory.putCode(code, writes ? keyring.seal(filed(code), value) : value, ttlMs),
    async tryCode(code, maxTries) {
      const value = await directory.tryCode(code, maxTries)
      return value === undefined ? undefined : opened(filed(code), value)
    },
    dropCode: (code) => directory.dropCode(code),
  }
}
