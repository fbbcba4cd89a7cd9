// Text that a form's field holds, read as the number, the boolean, the date it stands for.

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const day = /^\d{4}-\d\d-\d\d$/
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/
const yes = ['on', 'true', 'yes', '1']
const no = ['off', 'false', 'no', '0']

/** The kinds of values that text is read as. */
export type Readable = 'number' | 'boolean' | 'date' | 'bigint'

/** Each gives undefined for text that stands for nothing of its kind. */
export const readers: Readonly<Record<Readable, (text: string) => unknown>> = {
  /** A number that says what was typed: none that is too large to be exact. */
  number(text: string): number | undefined {
    const value = number.test(text.trim()) ? Number(text) : Number.NaN
    const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
    return isExact ? value : undefined
  },
  /** A box without a `value` says `on`; radio buttons say yes and no in words. */
  boolean(text: string): boolean | undefined {
    return yes.includes(text) ? true : no.includes(text) ? false : undefined
  },
  /** A day is its midnight in UTC, and a time without a zone is in UTC: servers in all zones read the same. */
  date(text: string): Date | undefined {
    const isDay = day.test(text)
    if (!isDay && !moment.test(text)) return undefined
    const named = text.slice(0, 10)
    const midnight = new Date(named)
    const isReal = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(named)
    const value = isDay ? midnight : new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
    return isReal && !Number.isNaN(value.getTime()) ? value : undefined
  },
  bigint(text: string): bigint | undefined {
    return /^-?\d{1,1000}$/.test(text.trim()) ? BigInt(text) : undefined
  },
}
