// Every Redis key this package writes, named so that one session's keys share a slot.

export type RedisKeysOptions = { prefix: string; partitions: number }

export type RedisKeys = {
  readonly prefix: string
  readonly partitions: number
  partitionOf(id: string): number
  session(id: string): string
  due(partition: number): string
  dirty(partition: number): string
  poke(partition: number): string
  leases(id: string): string
  progress(id: string): string
  life(partition: number): string
  owner(owner: string): string
  code(code: string): string
}

/**
 * Names the keys below `prefix`: `prefix:{p}:s:<id>` (STRING), `prefix:{p}:due` and `prefix:{p}:dirty` (ZSETs of ids,
 * scored in milliseconds), channel `prefix:{p}:poke`, `prefix:{p}:l:<id>` (HASH of leases), `prefix:{p}:g:<id>` (STREAM
 * of progress), `prefix:{p}:life` (STRING);
 * `prefix:{p}:o:<owner>` (ZSET of ids, scored by their end) and `prefix:{p}:c:<code>` (HASH).
 *
 * `p`, from 0 to `partitions` - 1, is the FNV-1a hash of the id, owner or code. It is the hash tag, so that one
 * session's keys share a slot of a cluster while sessions spread over all slots; a single node uses the same names.
 * Neither option may change once there is data.
 */
export function redisKeys({ prefix, partitions }: RedisKeysOptions): RedisKeys {
  const partitionOf = (id: string): number => fnv1a(id) % partitions
  return {
    prefix,
    partitions,
    partitionOf,
    session: (id) => `${prefix}:{${partitionOf(id)}}:s:${id}`,
    due: (partition) => `${prefix}:{${partition}}:due`,
    dirty: (partition) => `${prefix}:{${partition}}:dirty`,
    leases: (id) => `${prefix}:{${partitionOf(id)}}:l:${id}`,
    progress: (id) => `${prefix}:{${partitionOf(id)}}:g:${id}`,
    poke: (partition) => `${prefix}:{${partition}}:poke`,
    life: (partition) => `${prefix}:{${partition}}:life`,
    owner: (owner) => `${prefix}:{${partitionOf(owner)}}:o:${owner}`,
    code: (code) => `${prefix}:{${partitionOf(code)}}:c:${code}`,
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
