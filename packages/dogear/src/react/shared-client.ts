// One client per flow in a page: every component that asks for the same URL sees the same session.

import { createFlowClient, type FlowClient, type FlowClientOptions } from '../client/index.ts'
import type { View } from '../wire.ts'

// biome-ignore lint/suspicious/noExplicitAny: clients of different flows share the map; the URL decides the type.
const clients = new Map<string, FlowClient<any, any>>()

/** The page's client for `url`, created with the first view. A server gets one per call: people share its process. */
export function sharedClient<V extends View, E extends { type: string }>(
  options: FlowClientOptions<V>,
): FlowClient<V, E> {
  if (typeof window === 'undefined') return createFlowClient<V, E>(options)
  const known = clients.get(options.url) ?? createFlowClient<V, E>(options)
  clients.set(options.url, known)
  return known
}
