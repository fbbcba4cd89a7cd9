// The visitor's session while a page renders; undefined if it cannot be read, so that the page can say so.

import 'server-only'
import { type Flow, isDogearError, type ViewOf } from 'dogear'
import { readFlow } from 'dogear/next'
import { cache } from 'react'
import { report } from './log.ts'
import { http } from './server.ts'

const missing: ReadonlySet<string> = new Set(['store_unavailable', 'newer_version', 'record_unreadable'])

/** The failure while this page was rendered; `reference` names the session in the server's log. */
export const trouble = cache((): { reference: string | undefined } => ({ reference: undefined }))

export async function readView<F extends Flow>(flow: F): Promise<ViewOf<F> | undefined> {
  try {
    return await readFlow(http, flow)
  } catch (error) {
    if (!isDogearError(error) || !missing.has(error.code)) throw error
    if (error.code === 'record_unreadable') {
      trouble().reference = error.reference
      report(error)
    }
    return undefined
  }
}
