// Routes of the browsers that hold a secret for a session.

import { json } from '../answer.ts'
import type { Answer } from '../exchange.ts'
import { type RouteContext, refused } from '../handler.ts'

export async function listDevices({ settings, browser, spot }: RouteContext): Promise<Answer> {
  return json({ devices: await settings.engine.devices(spot.flow, await browser.visitor(spot)) })
}

/** `item` is a device's id, or `others`. */
export async function revokeDevice(context: RouteContext): Promise<Answer> {
  const { settings, browser, spot, item } = context
  const reply = await settings.engine.revoke(spot.flow, await browser.visitor(spot), item)
  return reply.outcome === 'rejected' ? refused(browser, spot, reply) : listDevices(context)
}
