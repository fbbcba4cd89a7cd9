// The fields of a form as the payload of an event, the same way the server reads a form without JavaScript.

const reserved = ['opId', 'step', 'position', 'type']

/** A field that comes more than once becomes an array; an empty one is left out; a file is its name. */
export function formValues(data: FormData): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const name of new Set(data.keys())) {
    const all = data
      .getAll(name)
      .map((value) => (typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value.name))
    const typed = all.filter((value) => value !== '')
    if (!reserved.includes(name) && typed.length > 0) values[name] = typed.length === 1 ? typed[0] : typed
  }
  return values
}
