// The input that the application makes of a browser's request, for a session that begins.

import { ask } from '../../engine/foreign.ts'
import type { Incoming } from '../exchange.ts'
import type { Settings } from '../options.ts'
import { unambiguous } from './identity.ts'
import type { Spot } from './spot.ts'

/** How long the application may take: less than the engine waits for a store. */
const inputMs = 2_000

/**
 * The function that asks for a flow's input; undefined for a flow without. The URL of the request it gets is that of
 * the page: of a request that a page sent it is the referrer, if that is of this site, as the query is there.
 */
export function inputOf(
  { inputs, origins }: Settings,
  request: Incoming,
  { flow, key }: Spot,
): (() => unknown) | undefined {
  const make = inputs[flow]
  if (!make) return undefined
  let made: Promise<unknown> | undefined
  return () => {
    made ??= askFor()
    return made
  }

  function askFor(): Promise<unknown> {
    const asked = unambiguous(request)
    const page = request.header('referer')
    const known = page !== null && URL.canParse(page) && [request.origin, ...origins].includes(new URL(page).origin)
    const seen = known ? new Request(page, { headers: asked.headers }) : asked
    return ask(inputMs, `inputs.${flow}`, () => make?.(seen, key))
  }
}
