// The visitor's session while a page renders, or undefined where it cannot be had, so that a page can say so without JavaScript.

import 'server-only'
import { type Flow, isDogearError, type ViewOf } from 'dogear'
import { readFlow } from 'dogear/next'
import { cache } from 'react'
import { report } from './composition.ts'
import { http } from './server.ts'

const missing: ReadonlySet<string> = new Set(['store_unavailable', 'newer_version', 'record_unreadable'])

/** What went wrong while this page was made; `reference` names the session to whoever looks into it. */
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
