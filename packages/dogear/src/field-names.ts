// The names of form fields: those that Dogear keeps for itself.

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
