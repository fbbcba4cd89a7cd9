// Prepares values for msgpackr, which would lose Maps, lose the sign of -0, name the members of every row again.

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

/** A list of objects with the same names in the same order: the names, then the values of one object after another. */
export class Rows {
  readonly cells: readonly unknown[]
  constructor(cells: readonly unknown[]) {
    this.cells = cells
  }
}

/** The objects of a list that was packed as `Rows`. Throws `TypeError` for what they are not made of. */
export function fromRows([names, ...values]: readonly unknown[]): Record<string, unknown>[] {
  const isNamed = Array.isArray(names) && names.length > 0 && names.every(isName)
  if (!isNamed || values.length % names.length !== 0) throw new TypeError('rows without names, or cut off')
  const rows: Record<string, unknown>[] = []
  for (let at = 0; at < values.length; at += names.length) {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) row[names[index]] = values[at + index]
    rows.push(row)
  }
  return rows
}

const isName = (name: unknown) => typeof name === 'string' && name !== '__proto__'

/** With fewer rows, the names take less time to write than to leave out. */
const leastRows = 8

type Check = { left: number; depth: number; unfit: boolean; rowsFrom: number }

/**
 * The value ready to be packed: itself if it holds no Map and no -0, else a copy with each of them replaced. So are
 * long lists of objects with the same names, if they are at least `rowsFrom` levels deep; the value itself is at 1.
 *
 * Throws `not_serializable` with the path of the first value that cannot be stored, `too_large` past `maxParts`.
 */
export function toPackable(value: unknown, rowsFrom: number = Number.POSITIVE_INFINITY): unknown {
  const check = { left: maxParts, depth: 0, unfit: false, rowsFrom }
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
  if (Array.isArray(part)) {
    const list = listOf(part, check)
    return (check.depth >= check.rowsFrom && !check.unfit && rowsOf(list)) || list
  }
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

function rowsOf(list: readonly unknown[]): Rows | undefined {
  const [first] = list
  if (list.length < leastRows || !isRow(first)) return undefined
  const names = Object.keys(first)
  if (names.length === 0) return undefined
  const cells: unknown[] = [names]
  for (const row of list) {
    if (!isRow(row)) return undefined
    let index = 0
    for (const name in row) {
      if (name !== names[index++]) return undefined
      cells.push(row[name])
    }
    if (index !== names.length) return undefined
  }
  return new Rows(cells)
}

const isRow = (item: unknown): item is Record<string, unknown> =>
  typeof item === 'object' && item !== null && isPlain(item)

function membersOf(part: Record<string, unknown>, check: Check): Record<string, unknown> {
  let packable: Record<string, unknown> | undefined
  for (const name of Object.keys(part)) {
    const member = partOf(part[name], check)
    if (member !== part[name]) packable ??= { ...part }
    if (packable) packable[name] = member
  }
  return packable ?? part
}
