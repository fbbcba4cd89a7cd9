// Every written version of every session, read from Redis's own append-only file.
//
// Redis logs each write in order before it answers, and a killed app cannot change the log. So the judge needs no help
// from the processes it judges.

import { readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Position } from 'dogear'
import { fromValue } from '../packages/dogear/src/redis/value.ts'
import { frameEnd, wordsAt } from './resp.ts'

/**
 * One version as it was stored, in the `life` of its session: Redis has lost that so many times before. It is due at
 * `agendaAt` on the workers' agenda; at the same time as the version before, which is in the log of another server, if
 * `agendaKept`. Redis deletes it at `expiresAt`.
 */
export type Written = {
  session: string
  life: number
  position: Position
  bytes: Uint8Array
  agendaAt: number | undefined
  agendaKept: boolean
  expiresAt: number | undefined
}

/**
 * Every version written under keys that start with `prefix`, in the order of the writes. `folder` is the `dir` of a
 * Redis that never rewrites its log.
 */
export async function readWritten(folder: string, prefix = 'dogear'): Promise<Written[]> {
  return (await read(folder, prefix)).written
}

/** How often Redis has lost each session so far. */
export async function readLives(folder: string, prefix = 'dogear'): Promise<Map<string, number>> {
  const { written, lifeOf } = await read(folder, prefix)
  return new Map(written.map(({ session }) => [session, lifeOf(session)]))
}

async function read(folder: string, prefix: string): Promise<Reader> {
  const reader = createReader(prefix)
  for (const file of await logsIn(folder)) {
    const bytes = await readFile(file)
    for (let at = 0, end = 0; at < bytes.length; at = end) {
      end = frameEnd(bytes, at)
      if (end < 0) break
      reader.take(wordsAt(bytes, at))
    }
  }
  return reader
}

/**
 * Takes the last writes out of the log, each with all that its script did. Only while Redis is down. Resolves to the
 * versions that are gone.
 */
export async function cutTail(folder: string, writes: number, prefix = 'dogear'): Promise<Written[]> {
  const file = (await logsIn(folder)).at(-1)
  if (file === undefined) throw new Error('Redis has no log')
  const bytes = await readFile(file)
  const { take, written } = createReader(prefix)
  const ends: { at: number; versions: number }[] = []
  let within = false
  for (let at = 0, end = 0; at < bytes.length; at = end) {
    end = frameEnd(bytes, at)
    if (end < 0) break
    const words = wordsAt(bytes, at)
    take(words)
    const command = String(words[0]).toUpperCase()
    if (command === 'MULTI') within = true
    if (command === 'EXEC') within = false
    if (!within) ends.push({ at: end, versions: written.length })
  }
  const last = ends.at(-1 - writes) ?? { at: 0, versions: 0 }
  await truncate(file, last.at)
  return written.slice(last.versions)
}

/** The files of the log, oldest first. */
async function logsIn(folder: string): Promise<string[]> {
  const log = join(folder, 'appendonlydir')
  const files = (await readdir(log)).filter((name) => name.endsWith('.incr.aof'))
  const number = (name: string) => Number(/\.(\d+)\.incr/.exec(name)?.[1])
  return files.sort((a, b) => number(a) - number(b)).map((name) => join(log, name))
}

type Reader = { take(words: Buffer[]): void; written: Written[]; lifeOf(session: string): number }

function createReader(prefix: string): Reader {
  const written: Written[] = []
  // By partition. Of one whose slot came from another server, only what was said since is known.
  const agendas = new Map<string, Map<string, number | undefined>>()
  const moved = new Set<string>()
  const newest = new Map<string, Written>()
  let flushes = 0
  const deleted = new Map<string, number>()
  const lifeOf = (session: string): number => flushes + (deleted.get(session) ?? 0)

  function agendaOf(partition: string): Map<string, number | undefined> {
    const agenda = agendas.get(partition) ?? new Map()
    agendas.set(partition, agenda)
    return agenda
  }

  function set(partition: string, session: string, [, , value, option, at]: readonly Buffer[]): void {
    const found = fromValue(value ?? null)
    if (typeof found !== 'object') return
    const expires = String(option).toUpperCase() === 'PXAT' ? Number(String(at)) : undefined
    const agenda = agendaOf(partition)
    const agendaKept = moved.has(partition) && !agenda.has(session)
    const agendaAt = agenda.get(session)
    const one: Written = { session, life: lifeOf(session), ...found, agendaAt, agendaKept, expiresAt: expires }
    written.push(one)
    newest.set(session, one)
  }

  return {
    written,
    lifeOf,
    take(words) {
      const [name = '', key = ''] = words.slice(0, 2).map(String)
      const command = name.toUpperCase()
      if (command === 'FLUSHALL') flushes++
      if (!key.startsWith(prefix)) return
      const rest = words.slice(2)
      const [, partition = '', kind = ''] = /\{([^}]*)\}:(.*)$/s.exec(key) ?? []
      if (kind.startsWith('s:')) {
        const session = kind.slice(2)
        if (command === 'SET') set(partition, session, words)
        // Redis logs an eviction so.
        if (command === 'DEL' || command === 'UNLINK') deleted.set(session, (deleted.get(session) ?? 0) + 1)
        // An expiry that is not part of the write may be missing after a crash.
        const torn = newest.get(session)
        if (torn && (command === 'PERSIST' || command.startsWith('PEXPIRE'))) torn.expiresAt = undefined
      } else if (kind === 'due') {
        const agenda = agendaOf(partition)
        if (command === 'ZADD') agenda.set(String(rest[1]), Number(String(rest[0])))
        if (command === 'ZREM') for (const id of rest) agenda.set(String(id), undefined)
        if (command.startsWith('RESTORE')) {
          agenda.clear()
          moved.add(partition)
        }
      }
    },
  }
}
