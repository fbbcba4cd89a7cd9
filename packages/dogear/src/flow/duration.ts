// Durations people can read, such as '30 days', as milliseconds.

const units = { ms: 1, s: 1_000, second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 }

type Unit = keyof typeof units
/** Milliseconds as a number, or a count and a unit: `'30 s'`, `'15 minutes'`, `'1 day'`. */
export type Duration = number | `${number} ${Unit | `${Exclude<Unit, 'ms' | 's'>}s`}`

/** Whole milliseconds of `duration`, at least 1; NaN if it is not one, not finite or not positive. */
export function toMs(duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : parse(duration)
  return ms > 0 && Number.isFinite(ms) ? Math.max(1, Math.round(ms)) : Number.NaN
}

function parse(duration: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?) ([a-z]+)$/.exec(duration) ?? []
  const singular = unit.length > 3 ? unit.replace(/s$/, '') : unit
  return Number(count) * (units[singular as Unit] ?? Number.NaN)
}
