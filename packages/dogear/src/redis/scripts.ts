// The Lua scripts as functions of a client.

import { type Request, send } from './batch.ts'
import { lua } from './embedded.gen.ts'
import type { RedisClient } from './options.ts'

type Arguments = readonly (string | number | Buffer)[]

/** Resolves to the reply, or to what `read` makes of it. */
export type Script = <T = unknown>(keys: readonly string[], args: Arguments, read?: (reply: unknown) => T) => Promise<T>

export type Scripts = Readonly<Record<keyof typeof lua, Script>>

/**
 * Registers the scripts, which are sent by hash, or as text to a server that lacks them. Texts in replies are Buffers.
 */
export function registerScripts(client: RedisClient): Scripts {
  const names = Object.keys(lua) as (keyof typeof lua)[]
  // A node of a cluster has many partitions, each in a slot of its own. Only the claim looks at several at once.
  const flagged = (text: string) =>
    client.isCluster ? text.replace(/^#!lua flags=.*$/m, '$&,allow-cross-slot-keys') : text
  const texts = { ...lua, claim: flagged(lua.claim) }
  for (const name of names) client.defineCommand(commandOf(name), { lua: texts[name] })
  return Object.fromEntries(
    names.map((name): [string, Script] => [
      name,
      (keys, args, read = (reply) => reply as never) => called(client, scriptRequest(name, keys, args), read),
    ]),
  ) as Scripts
}

const mostTries = 5

// The client loads a script into a server that lacks it, then calls it by hash. A server that forgets it in between has
// done nothing.
function called<T>(client: RedisClient, request: Request, read: (reply: unknown) => T, tries = mostTries): Promise<T> {
  return send(client, request).then(
    (reply) => read(toNumbers(reply)),
    (error: unknown) => {
      if (tries > 1 && String(Object(error).message).startsWith('NOSCRIPT'))
        return called(client, request, read, tries - 1)
      throw error
    },
  )
}

/** The call of a registered script. `toNumbers` reads its reply. */
export function scriptRequest(name: keyof typeof lua, keys: readonly string[], args: Arguments): Request {
  return { key: keys[0] ?? '', method: `${commandOf(name)}Buffer`, args: [keys.length, ...keys, ...args] }
}

const commandOf = (name: string): string => `dogear:${name}`

/** A client with `stringNumbers` answers a number by a string; everything else is a Buffer. */
export function toNumbers(reply: unknown): unknown {
  if (typeof reply === 'string') return Number(reply)
  return Array.isArray(reply) ? reply.map(toNumbers) : reply
}
