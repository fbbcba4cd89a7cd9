// The Lua scripts as functions of a client, registered on it once.

import type { Cluster, Redis } from 'ioredis'
import { lua } from './embedded.gen.ts'

export type RedisClient = Redis | Cluster

type Argument = string | number | Buffer

export type Script = (keys: readonly string[], args: readonly Argument[]) => Promise<unknown>

export type Scripts = Readonly<Record<keyof typeof lua, Script>>

const registered = new WeakMap<RedisClient, Scripts>()

/** One function per script. Sends EVALSHA, and EVAL by itself where the server does not know the script; replies are Buffers. */
export function scriptsOf(client: RedisClient): Scripts {
  const known = registered.get(client)
  if (known) return known
  const scripts = Object.fromEntries(
    Object.entries(lua).map(([name, text]) => [name, register(client, name, text)]),
  ) as Scripts
  registered.set(client, scripts)
  return scripts
}

function register(client: RedisClient, name: string, text: string): Script {
  const command = `dogear:${name}`
  client.defineCommand(command, { lua: text })
  // The types of ioredis do not know the methods that defineCommand adds.
  const methods = client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  return (keys, args) =>
    methods[`${command}Buffer`]?.(keys.length, ...keys, ...args) ?? Promise.reject(new TypeError(command))
}
