// Lengths of time and ages in words.

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** A length of time: `45 seconds`, `15 minutes`, `30 days`. Minutes and seconds are rounded up, as on a countdown. */
export function lengthOf(ms: number): string {
  // A larger unit is used only from two of it on, because 90 minutes must not become 2 hours.
  const [unit, size] = units.find(([name, each]) => ms > (name === 'minute' ? 1 : 2) * each) ?? units[3]
  const count = Math.max(1, size > 60_000 ? Math.round(ms / size) : Math.ceil(ms / size))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** How long ago something was, in its largest whole unit: `just now`, `3 minutes ago`. */
export function ageOf(ms: number): string {
  const found = units.find(([unit, size]) => unit !== 'second' && ms >= size)
  if (!found) return 'just now'
  const count = Math.floor(ms / found[1])
  return `${count} ${found[0]}${count === 1 ? '' : 's'} ago`
}
