// The partial answer of a page that is shown without it where it cannot be read.

import { isDogearError } from 'dogear'
import type { Progress } from 'dogear/client'

/** The progress that was read; none if Dogear could not, which `report` hears of. Rejects for any other reason. */
export async function unlessUnread(reading: Promise<Progress>, report: (cause: unknown) => void): Promise<Progress> {
  try {
    return await reading
  } catch (error) {
    // Next has rejections of its own, which have to reach it.
    if (!isDogearError(error)) throw error
    report(error)
    return {}
  }
}
