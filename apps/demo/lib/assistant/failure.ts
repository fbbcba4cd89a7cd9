// The failures of effects that no further attempt would mend.

import type { Trouble } from '../../flows/assistant/events.ts'

/** An error with a code of `Trouble`, or that of `overQuotaCode`, after which the effect is not tried again. */
export const failure = (code: Trouble['code'] | `over_quota:${number}`, message: string): Error =>
  Object.assign(new Error(message), { code, retryable: false })
