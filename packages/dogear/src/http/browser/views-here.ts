// The sessions of one flow that a browser has: the one without a key, those under keys.

import { isDogearError } from '../../errors.ts'
import type { View } from '../../wire.ts'
import type { Incoming } from '../exchange.ts'
import type { Settings } from '../options.ts'
import { toBrowser } from './browser.ts'

/**
 * Their views, the one kept longest first, without those that are gone: each use moves the end of a session on. A
 * session that cannot be shown is reported, and hides no other; a store that fails is no empty list.
 */
export async function viewsHere(settings: Settings, request: Incoming, flow: string): Promise<View[]> {
  const { engine, report } = settings
  const browser = toBrowser(settings, request)
  const spots = browser.held().filter((spot) => spot.flow === flow)
  const read = spots.map(async (spot): Promise<View | undefined> => {
    // A cookie that makes no sense is no session; the beginning, for which the application is asked, is not shown.
    if (!browser.token(spot)) return undefined
    const view = await engine.read(flow, await browser.visitor(spot)).catch((error: unknown) => {
      if (isDogearError(error) && error.code === 'store_unavailable') throw error
      report(error)
    })
    return view?.saved ? view : undefined
  })
  const views = (await Promise.all(read)).filter((view) => view !== undefined)
  return views.sort((a, b) => (b.expiresAt ?? 0) - (a.expiresAt ?? 0))
}
