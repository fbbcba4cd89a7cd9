// Lengths of time and ages in words.

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** A length of time, never more than there is: `45 seconds`, `14 minutes`, `30 days`. */
export function lengthOf(ms: number): string {
  // A larger unit is used only from two of it on, because 110 seconds must not become one minute.
  const [unit, size] = units.find(([, each]) => ms >= 2 * each) ?? units[3]
  const count = Math.max(1, Math.floor(ms / size))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** How long ago something was, in its largest whole unit: `just now`, `3 minutes ago`. */
export function ageOf(ms: number): string {
  const found = units.find(([unit, size]) => unit !== 'second' && ms >= size)
  if (!found) return 'just now'
  const count = Math.floor(ms / found[1])
  return `${count} ${found[0]}${count === 1 ? '' : 's'} ago`
}
