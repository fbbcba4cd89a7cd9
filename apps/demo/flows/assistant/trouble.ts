// The trouble that an error of an effect means for the person who waits for its result.

import { Trouble } from './events.ts'

/** The code of an error after which a question may be asked again from `retryAt` on, in milliseconds. */
export const overQuotaCode = (retryAt: number): string => `over_quota:${retryAt}`

/** Effects fail with one of the codes of `Trouble`, or with `overQuotaCode`; any other failure is `unavailable`. */
export function troubleOf(error: unknown): Trouble {
  const [code, retryAt] = String((error as { code?: unknown } | null)?.code).split(':')
  const known = Trouble.safeParse({ code, retryAt: retryAt === undefined ? null : Number(retryAt) })
  return known.success ? known.data : { code: 'unavailable', retryAt: null }
}
