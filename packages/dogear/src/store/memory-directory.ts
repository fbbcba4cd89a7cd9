// The directory of the store in memory.

import type { Directory, SessionId } from './store.ts'

type Code = { value: string | undefined; tries: number; expiresAt: number }

/** The directory of a store in memory; expiry goes by `clock`, in milliseconds since the Unix epoch. */
export function memoryDirectory(clock: () => number): Directory {
  const owners = new Map<string, Map<SessionId, number>>()
  const codes = new Map<string, Code>()

  function listOf(owner: string): Map<SessionId, number> {
    const list = owners.get(owner) ?? new Map<SessionId, number>()
    for (const [id, expiresAt] of list) if (expiresAt <= clock()) list.delete(id)
    if (list.size === 0) owners.delete(owner)
    return list
  }

  function codeOf(code: string): Code | undefined {
    const found = codes.get(code)
    if (found && found.expiresAt <= clock()) codes.delete(code)
    return codes.get(code)
  }

  return {
    async add(owner, id, ttlMs) {
      const list = listOf(owner).set(id, clock() + ttlMs)
      owners.set(owner, list)
    },

    async list(owner, limit) {
      const entries = [...listOf(owner)].sort(([, a], [, b]) => b - a)
      return entries.slice(0, limit).map(([id]) => id)
    },

    async drop(owner, id) {
      listOf(owner).delete(id)
    },

    async putCode(code, value, ttlMs) {
      if (codeOf(code)) return false
      codes.set(code, { value, tries: 0, expiresAt: clock() + ttlMs })
      return true
    },

    async tryCode(code, maxTries) {
      const found = codeOf(code)
      if (found && ++found.tries > maxTries) found.value = undefined
      return found?.value
    },

    async dropCode(code) {
      codes.delete(code)
    },
  }
}
