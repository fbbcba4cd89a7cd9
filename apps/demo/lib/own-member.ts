// Members of an object by a name that comes from outside, such as a code in an address.

/** The member of that name; undefined for a name that every object knows, such as `constructor`. */
export const ownMember = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
