// Routes of the browsers that hold a secret for a session.

import { json } from '../answer.ts'
import type { Unsaid } from '../exchange.ts'
import { type RouteContext, refused } from '../handler.ts'
import { devicesIn } from '../words/said.ts'

export async function listDevices({ settings, browser, spot }: RouteContext): Promise<Unsaid> {
  const devices = await settings.engine.devices(spot.flow, await browser.visitor(spot))
  return json((words) => ({ devices: devicesIn(words, devices) }))
}

/** `item` is a device's id, or `others`. */
export async function revokeDevice(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, spot, item } = context
  const reply = await settings.engine.revoke(spot.flow, await browser.visitor(spot), item)
  return reply.outcome === 'rejected' ? refused(browser, spot, reply) : listDevices(context)
}
