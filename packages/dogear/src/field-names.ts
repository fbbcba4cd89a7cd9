// The names of form fields: those that Dogear keeps for itself, those that lead into objects or lists.

/** The hidden fields of a form that say which event it is; all others are the event's payload. */
export const reservedFields: readonly string[] = [
  'dogear.opId',
  'dogear.version',
  'dogear.step',
  'dogear.position',
  'dogear.type',
]

const prefix = 'dogear.'

/** True for the name of a hidden field of Dogear's, also of one that another version has. */
export const isReserved = (name: string): boolean => name.startsWith(prefix)

/** The names of the reserved fields in a form with fields of these names: builds before the prefix wrote none. */
export function reservedIn(names: readonly string[]): readonly string[] {
  return names.some(isReserved) ? reservedFields : reservedFields.map((name) => name.slice(prefix.length))
}

/** The type of the event that a form sends: several forms of one event have a name of their own, `type#name`. */
export const eventOf = (form: string): string => form.split('#', 1)[0] as string

type Fields = Readonly<Record<string, unknown>>

/** The event of a form with these fields. One that is called `type` goes as `dogear.type`: an event has its own. */
export function toEvent(type: string, { type: own, ...fields }: Fields): Fields & { type: string } {
  return { ...(own !== undefined && { 'dogear.type': own }), ...fields, type }
}

/** The fields of an event by their names. */
export function fieldsOf({ type: _, 'dogear.type': own, ...fields }: Fields & { type: string }): Fields {
  return own === undefined ? fields : { ...fields, type: own }
}

const nested = /^[^.[\]]+(\.[^.[\]]+|\[[^.[\]]+\])*(\[\])?$/
const prototypeName = /(^|[.[\]])(__proto__|constructor|prototype)($|[.[\]])/
const maxSegments = 16

/** True for names that reach a prototype when they are merged into an object carelessly. */
export const isPrototypeName = (name: string): boolean => prototypeName.test(name)

/**
 * The parts of a name such as `address.street`, `address[street]`, `people[0].name`, `days[]`; undefined for a name
 * that leads nowhere.
 */
export function segmentsOf(name: string): readonly string[] | undefined {
  if (!/[.[]/.test(name) || !nested.test(name) || isPrototypeName(name)) return undefined
  const segments = name.match(/[^.[\]]+/g) ?? []
  return segments.length > maxSegments ? undefined : segments
}

/** True if `path` leads to the field, into what it holds, or to something that it is a part of. */
export function concerns(path: readonly (string | number)[], name: string): boolean {
  const parts = path.flatMap((part) => (typeof part === 'string' && segmentsOf(part)) || [String(part)])
  const own = segmentsOf(name) ?? [name]
  return own.every((segment, index) => index >= parts.length || segment === parts[index])
}
