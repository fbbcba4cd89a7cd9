// The members of a session that take the most room, by their paths.

import type { Flow } from '../../flow/define.ts'
import { anything, type Shape, shapeOf } from '../../flow/form/shape.ts'
import { isPlain, maxDepth, roomOf } from '../../plain-data.ts'
import type { SessionRecord } from '../../turn/record.ts'

/** `path` holds names of members only: `[]` stands for every item of a list, for keys that may be data. */
export type Member = { path: string; bytes: number }

type Room = { bytes: number; inside: Map<string, Room> }

const named = 3
/** A part of the data that takes less than a tenth of it is no reason for its size. */
const smallest = 0.1
/** A path goes on into the one member that takes so much of the room. */
const most = 0.6

/**
 * At most three members, the largest first, with about the bytes they take. Left out: what the schema of the context
 * marks as a `reference`, as that is kept elsewhere already.
 */
export function largestOf(flow: Flow, { snapshot, drafts, effects }: SessionRecord): Member[] {
  const root = emptyRoom()
  const shape = flow.context ? shapeOf(flow.context, 'output') : anything
  add(within(root, 'context'), snapshot.context, { shape, depth: 0 })
  for (const [step, draft] of Object.entries(drafts))
    within(within(root, 'drafts'), nameOf(step)).bytes += roomOf(draft)
  for (const { src, input, result } of effects)
    within(within(root, 'effects'), nameOf(src)).bytes += roomOf(input) + roomOf(result)
  const total = sumOf(root)
  const areas = [...root.inside].flatMap(([area, { inside }]) =>
    [...inside].map(([name, room]) => ({ area, name, room })),
  )
  const members = areas.map(({ area, name, room }) => heaviest(join(area, name), room))
  return members
    .filter(({ bytes }) => bytes >= total * smallest)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, named)
}

const emptyRoom = (): Room => ({ bytes: 0, inside: new Map() })

function within(room: Room, name: string): Room {
  const known = room.inside.get(name)
  if (known) return known
  const made = emptyRoom()
  room.inside.set(name, made)
  return made
}

/** Adds a part to `room`, as far as it is no reference. */
function add(room: Room, part: unknown, { shape, depth }: { shape: Shape; depth: number }): void {
  if (shape.alternatives.some(({ points }) => points)) return
  const inside = (name: string, member: unknown, shape: Shape): void =>
    add(within(room, name), member, { shape, depth: depth + 1 })
  if (typeof part !== 'object' || part === null || depth > maxDepth) room.bytes += roomOf(part)
  else if (Array.isArray(part)) for (const [index, item] of part.entries()) inside('[]', item, itemShape(shape, index))
  else if (part instanceof Map) for (const item of part.values()) inside('[]', item, anything)
  else if (isPlain(part))
    for (const [name, member] of Object.entries(part)) {
      room.bytes += name.length
      inside(isDeclared(shape, name) ? name : '[]', member, memberShape(shape, name))
    }
  else room.bytes += roomOf(part)
}

function itemShape({ alternatives }: Shape, index: number): Shape {
  const list = alternatives.find((one) => one.kind === 'list')
  return list ? (list.first[index] ?? list.rest) : anything
}

function memberShape({ alternatives }: Shape, name: string): Shape {
  const found = alternatives.flatMap((one) => (one.kind === 'object' ? [one.members.get(name)?.shape ?? one.rest] : []))
  return found.find((shape) => shape !== undefined) ?? anything
}

/** True for a name that the schema has. Any other may be something that a person entered, unless nothing is known. */
function isDeclared({ alternatives }: Shape, name: string): boolean {
  const objects = alternatives.filter((one) => one.kind === 'object')
  return objects.length > 0 ? objects.some(({ members }) => members.has(name)) : nameOf(name) === name
}

/** A name as a program has it. */
const nameOf = (name: string): string => (/^[A-Za-z_$][\w$.-]{0,39}$/.test(name) ? name : '[]')

const sumOf = ({ bytes, inside }: Room): number => [...inside.values()].reduce((sum, one) => sum + sumOf(one), bytes)

/** The member at `path`, or the one inside it that takes most of its room. */
function heaviest(path: string, room: Room): Member {
  const bytes = sumOf(room)
  for (const [name, inner] of room.inside) if (sumOf(inner) >= bytes * most) return heaviest(join(path, name), inner)
  return { path, bytes }
}

const join = (path: string, name: string): string => path + (name === '[]' ? name : `.${name}`)
