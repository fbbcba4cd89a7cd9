// The visitor's session while a page renders; undefined if it cannot be read, so that the page can say so.

import 'server-only'
import { type Flow, isDogearError, type ViewOf } from 'dogear'
import { readFlow, readFlows } from 'dogear/next'
import { cache } from 'react'
import type { FlowPages } from './flow-pages.ts'
import { report } from './log.ts'
import { http } from './server.ts'

const missing: ReadonlySet<string> = new Set(['store_unavailable', 'newer_version', 'record_unreadable'])

/** The failure while this page was rendered; `reference` names the session in the server's log. */
export const trouble = cache((): { reference: string | undefined } => ({ reference: undefined }))

/** The session of `flow`, or the one of several of it that has the key. */
export const readView = <F extends Flow>(
  flow: F,
  { key }: Pick<FlowPages, 'key'> = {},
): Promise<ViewOf<F> | undefined> => unlessMissing(() => readFlow(http, flow, { key }))

/** All sessions of `flow` in this browser. */
export const readViews = <F extends Flow>(flow: F): Promise<ViewOf<F>[] | undefined> =>
  unlessMissing(() => readFlows(http, flow))

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!isDogearError(error) || !missing.has(error.code)) throw error
    if (error.code === 'record_unreadable') {
      trouble().reference = error.reference
      report(error)
    }
    return undefined
  }
}
