// Prepares values for msgpackr, which would turn a Map into an object, -0 into 0.

import { DogearError } from '../errors.ts'
import { isPlain, maxDepth, maxParts, refusalOf, unfit, walk } from '../plain-data.ts'

/** A Map as its entries. A class, because msgpackr finds extensions by class. */
export class MapEntries {
  readonly entries: readonly (readonly [unknown, unknown])[]
  constructor(entries: readonly (readonly [unknown, unknown])[]) {
    this.entries = entries
  }
}

/** The number -0. */
export class NegativeZero {}

type Check = { left: number; depth: number; unfit: boolean }

/**
 * The value ready to be packed: itself if it holds no Map and no -0, else a copy with each of them replaced.
 *
 * Throws `not_serializable` with the path of the first value that cannot be stored, `too_large` past `maxParts`.
 */
export function toPackable(value: unknown): unknown {
  const check = { left: maxParts, depth: 0, unfit: false }
  const packable = partOf(value, check)
  if (check.left < 0) throw new DogearError('too_large', `the session would hold more than ${maxParts} values`)
  if (check.unfit) refuse(value)
  return packable
}

/** Finds the place of what is unfit. Only this walk keeps track of paths, so that a turn does not pay for them. */
function refuse(value: unknown): never {
  walk(value, (part, path) => {
    const refusal = refusalOf(part, path)
    if (refusal) throw new DogearError('not_serializable', `cannot store ${refusal}`)
    return true
  })
  throw new DogearError('not_serializable', 'cannot store what changes while it is looked at')
}

function partOf(part: unknown, check: Check): unknown {
  if (--check.left < 0 || check.unfit) return part
  if (part === 0) return Object.is(part, -0) ? new NegativeZero() : part
  if (unfit(part, check.depth) !== undefined) check.unfit = true
  if (typeof part !== 'object' || part === null || check.unfit || check.depth > maxDepth) return part
  check.depth++
  const packable = objectOf(part, check)
  check.depth--
  return packable
}

function objectOf(part: object, check: Check): unknown {
  if (Array.isArray(part)) return listOf(part, check)
  if (part instanceof Map)
    return new MapEntries([...part].map(([key, item]) => [partOf(key, check), partOf(item, check)]))
  if (part instanceof Set) {
    const items = [...part]
    const packable = listOf(items, check)
    return packable === items ? part : new Set(packable)
  }
  return isPlain(part) ? membersOf(part, check) : part
}

function listOf(list: readonly unknown[], check: Check): readonly unknown[] {
  let packable: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const item = partOf(list[index], check)
    if (item !== list[index]) packable ??= list.slice()
    if (packable) packable[index] = item
  }
  return packable ?? list
}

function membersOf(part: Record<string, unknown>, check: Check): Record<string, unknown> {
  let packable: Record<string, unknown> | undefined
  for (const name of Object.keys(part)) {
    const member = partOf(part[name], check)
    if (member !== part[name]) packable ??= { ...part }
    if (packable) packable[name] = member
  }
  return packable ?? part
}
