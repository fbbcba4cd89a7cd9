// The payload of an event as its schema means it, from the text that forms are made of.

import { isPlain } from '../../plain-data.ts'
import { type Readable, readers } from './readers.ts'
import { type Alternative, anything, type Member, type ObjectShape, type Shape } from './shape.ts'
import { type Part, treeOf } from './tree.ts'

type IssuePath = readonly (string | number)[]

/** `shownAt` turns a path in the payload into that of the field: rows are numbered as the form numbers them. */
export type Payload = { payload: unknown; shownAt(path: IssuePath): IssuePath }

/** Indexes of the rows in the form, by the list they became. */
type Rows = Map<unknown, readonly number[]>

// A schema may require an object inside itself, which nothing can satisfy.
const maxDepth = 32

/**
 * The payload that the fields of a form stand for: names such as `address.street` and `people[0].name` lead into
 * objects and lists, text becomes what the schema asks for. Rows that are not there leave no gap. `fields` are those
 * that are filled in; of the others an unticked box is false, a list without a box ticked is empty, null is nothing.
 */
export function fromForm(shape: Shape, fields: Readonly<Record<string, unknown>>): Payload {
  const rows: Rows = new Map()
  const objects = shape.alternatives.filter((one) => one.kind === 'object')
  const payload = objectOf(treeOf(shape, fields), objects, { rows, depth: 0 })
  return {
    payload,
    shownAt(path) {
      let part: unknown = payload
      return path.map((key) => {
        const shown = (typeof key === 'number' && rows.get(part)?.[key]) || key
        part = (part as Record<string | number, unknown> | undefined)?.[key]
        return shown
      })
    },
  }
}

/** The payload of JSON, with the dates, sets, whole numbers of any size that it has no other way to say. */
export function fromJson(shape: Shape, value: unknown): unknown {
  const { alternatives } = shape
  if (typeof value === 'string') return textValue(value, alternatives, jsonKinds)
  if (Array.isArray(value)) {
    const list = alternatives.find((one) => one.kind === 'list')
    const items = list ? value.map((item, index) => fromJson(list.first[index] ?? list.rest, item)) : value
    return list?.set ? new Set(items) : items
  }
  const objects = alternatives.filter((one) => one.kind === 'object')
  if (objects.length === 0 || typeof value !== 'object' || value === null || !isPlain(value)) return value
  const fitting = fittingOf(objects, (name) => value[name])
  const members = Object.entries(value).map(([name, one]) => [name, fromJson(memberOf(fitting, name).shape, one)])
  return Object.fromEntries(members)
}

type Walk = { rows: Rows; depth: number }

function partValue(part: Part, shape: Shape, walk: Walk): unknown {
  if (!('inner' in part)) return leafOf(part.leaf, shape, walk)
  const { alternatives } = shape
  const { inner } = part
  const list = alternatives.find((one) => one.kind === 'list')
  const objects = alternatives.filter((one) => one.kind === 'object')
  const numbered = [...inner.keys()].every((key) => /^\d{1,15}$/.test(key))
  if (!numbered || (!list && (objects.length > 0 || inner.size === 0))) return objectOf(inner, objects, walk)
  const indexes = [...inner.keys()].map(Number).sort((one, other) => one - other)
  const items = indexes.map((index, at) => {
    const item = inner.get(String(index)) ?? ({ leaf: undefined } as const)
    return partValue(item, list?.first[at] ?? list?.rest ?? anything, deeper(walk))
  })
  walk.rows.set(items, indexes)
  return list?.set ? new Set(items) : items
}

const deeper = ({ rows, depth }: Walk): Walk => ({ rows, depth: depth + 1 })

function objectOf(inner: ReadonlyMap<string, Part>, objects: readonly ObjectShape[], walk: Walk): unknown {
  const fitting = fittingOf(objects, (name) => {
    const part = inner.get(name)
    return part && 'leaf' in part ? part.leaf : undefined
  })
  const names = new Set([...inner.keys(), ...fitting.flatMap(({ members }) => [...members.keys()])])
  const entries = [...names].flatMap((name) => {
    const part = inner.get(name)
    const member = memberOf(fitting, name)
    const value = part ? partValue(part, member.shape, deeper(walk)) : unsaid(member, deeper(walk))
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

/** A member as all of the objects that have it say. */
function memberOf(objects: readonly ObjectShape[], name: string): Member {
  const members = objects.map(({ members, rest }) => members.get(name) ?? (rest && { shape: rest, required: false }))
  const known = members.filter((member) => member !== undefined)
  if (known.length === 0) return { shape: anything, required: false }
  const alternatives = known.flatMap(({ shape }) => shape.alternatives)
  const hasDefault = known.some(({ shape }) => shape.hasDefault)
  return { shape: { alternatives, hasDefault }, required: members.every((member) => member?.required) }
}

/** The objects of a union that are meant: the values that name them, such as a kind, are among those they allow. */
function fittingOf(objects: readonly ObjectShape[], given: (name: string) => unknown): readonly ObjectShape[] {
  if (objects.length < 2) return objects
  const fitting = objects.filter(({ members }) =>
    [...members].every(([name, { shape }]) => allows(shape.alternatives, given(name))),
  )
  return fitting.length > 0 ? fitting : objects
}

function allows(alternatives: readonly Alternative[], given: unknown): boolean {
  const named = alternatives.filter((one) => 'only' in one && one.only !== undefined)
  if (named.length === 0 || named.length < alternatives.length) return true
  const isBox = named.every(({ kind }) => kind === 'boolean')
  const value =
    typeof given === 'string' ? textValue(given, alternatives, formKinds) : (given ?? (isBox ? false : given))
  return value === undefined || named.some((one) => 'only' in one && one.only?.includes(value))
}

function leafOf(value: unknown, shape: Shape, walk: Walk): unknown {
  const { alternatives } = shape
  const list = alternatives.find((one) => one.kind === 'list')
  if (typeof value === 'string') {
    const isOne = list && alternatives.every(({ kind }) => kind === 'list' || kind === 'null')
    return isOne ? leafOf([value], shape, walk) : textValue(value, alternatives, formKinds)
  }
  if (Array.isArray(value)) {
    if (list) {
      const items = value.map((item, index) => leafOf(item, list.first[index] ?? list.rest, deeper(walk)))
      return list.set ? new Set(items) : items
    }
    // A hidden field beside a box says what an unticked one means.
    const isBox = alternatives.every(({ kind }) => kind === 'boolean' || kind === 'null')
    return isBox ? leafOf(value.at(-1), shape, walk) : value
  }
  const objects = alternatives.filter((one) => one.kind === 'object')
  if (objects.length === 0 || typeof value !== 'object' || value === null || !isPlain(value)) return value
  return objectOf(new Map(Object.entries(value).map(([name, leaf]) => [name, { leaf }])), objects, walk)
}

const formKinds: readonly Readable[] = ['number', 'boolean', 'date', 'bigint']
const jsonKinds: readonly Readable[] = ['date', 'bigint']

/** The value that text stands for; the text itself if the schema takes text, or it stands for nothing else. */
function textValue(text: string, alternatives: readonly Alternative[], kinds: readonly Readable[]): unknown {
  const isText = alternatives.some((one) => {
    return one.kind === 'any' || (one.kind === 'text' && (one.only?.includes(text) ?? true))
  })
  if (isText) return text
  for (const kind of kinds) {
    const value = alternatives.some((one) => one.kind === kind) ? readers[kind](text) : undefined
    if (value !== undefined) return value
  }
  return text
}

/** The value of a member that no filled in field stands for. */
function unsaid({ shape, required }: Member, walk: Walk): unknown {
  const { alternatives, hasDefault } = shape
  if (!required && !hasDefault) return undefined
  const list = alternatives.find((one) => one.kind === 'list')
  if (list) return list.set ? new Set() : []
  if (alternatives.some(({ kind }) => kind === 'null')) return required ? null : undefined
  if (alternatives.every(({ kind }) => kind === 'boolean')) return false
  const objects = alternatives.filter((one) => one.kind === 'object')
  const isObject = required && objects.length === alternatives.length && walk.depth < maxDepth
  return isObject ? objectOf(new Map(), objects, walk) : undefined
}
