// The Lua scripts as functions of a client.

import type { Cluster, Redis } from 'ioredis'
import { lua } from './embedded.gen.ts'

export type RedisClient = Redis | Cluster

/** Resolves to the reply, or to what `read` makes of it. */
export type Script = <T = unknown>(
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
  read?: (reply: unknown) => T,
) => Promise<T>

export type Scripts = Readonly<Record<keyof typeof lua, Script>>

type Method = (...args: unknown[]) => Promise<unknown>

/**
 * Registers the scripts, which are sent by hash, or as text to a server that lacks them. Texts in replies are Buffers.
 */
export function registerScripts(client: RedisClient): Scripts {
  return Object.fromEntries(
    Object.entries(lua).map(([name, text]) => [name, register(client, `dogear:${name}`, text)]),
  ) as Scripts
}

function register(client: RedisClient, command: string, text: string): Script {
  client.defineCommand(command, { lua: text })
  // The types of ioredis do not know the methods that defineCommand adds.
  const methods = client as unknown as Record<string, Method>
  const name = `${command}Buffer`
  return (keys, args, read = (reply) => reply as never) =>
    (methods[name] as Method)(keys.length, ...keys, ...args).then((reply) => read(toNumbers(reply)))
}

/** A client with `stringNumbers` answers a number by a string; everything else is a Buffer. */
function toNumbers(reply: unknown): unknown {
  if (typeof reply === 'string') return Number(reply)
  return Array.isArray(reply) ? reply.map(toNumbers) : reply
}
