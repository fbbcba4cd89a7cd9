// The failures of effects: those that no further attempt would mend, and those that one may.

import type { Trouble } from '../../flows/assistant/events.ts'

/** An error with a code of `Trouble`, or that of `overQuotaCode`, after which the effect is not tried again. */
export const failure = (code: Trouble['code'] | `over_quota:${number}`, message: string): Error =>
  Object.assign(new Error(message), { code, retryable: false })

const passing = {
  broken_off: 'The answer broke off.',
  nonsense: 'The model said what is no answer.',
  unavailable: 'The model was not to be reached.',
} as const

/** An error with a code of `Trouble`, after which it is worth asking again at once. */
export const modelError = (code: keyof typeof passing): Error => Object.assign(new Error(passing[code]), { code })
