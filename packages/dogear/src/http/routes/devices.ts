// Routes of the browsers that hold a secret for a session.

import { json } from '../answer.ts'
import type { Unsaid } from '../exchange.ts'
import { type RouteContext, refused } from '../handler.ts'
import { devicesIn } from '../words/said.ts'

export async function listDevices({ settings, browser, flow }: RouteContext): Promise<Unsaid> {
  const devices = await settings.engine.devices(flow, await browser.visitor(flow))
  return json((words) => ({ devices: devicesIn(words, devices) }))
}

/** `item` is a device's id, or `others`. */
export async function revokeDevice(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, flow, item } = context
  const reply = await settings.engine.revoke(flow, await browser.visitor(flow), item)
  return reply.outcome === 'rejected' ? refused(browser, flow, reply) : listDevices(context)
}
