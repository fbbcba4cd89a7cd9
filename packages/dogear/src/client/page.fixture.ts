// A page with a client, over a network that fails in every way a network does, in front of the real server.

import { vi } from 'vitest'
import { type browser as Browser, browser, flowUrl, type order, type Served, serve } from '../../fixtures/order.ts'
import type { EventOf, ViewOf } from '../flow/define.ts'
import type { Problem } from '../wire.ts'
import { createFlowClient, type FlowClient, type FlowClientOptions } from './client.ts'

export type OrderView = ViewOf<typeof order>
export type OrderClient = FlowClient<OrderView, EventOf<typeof order>>
export type Fault = (request: () => Promise<Response>, signal?: AbortSignal | null) => Promise<Response>
export type Sent = {
  method: string
  path: string
  keepalive: boolean
  body: {
    opId: string
    step?: string
    version?: number
    position: { epoch: number; revision: number; mark: string }
    values?: Record<string, unknown>
    ageMs?: Record<string, number>
    type?: string
  }
}

export const offline: Fault = () => Promise.reject(new TypeError('Failed to fetch'))
export const lostReply: Fault = async (request) => {
  await request()
  throw new TypeError('network error')
}
export const status =
  (code: number, headers: Record<string, string> = {}, body = '<h1>Bad gateway</h1>'): Fault =>
  async () =>
    new Response(body, { status: code, headers })
export const problem = (code: string, of: number, headers: Record<string, string> = {}): Fault =>
  status(
    of,
    headers,
    JSON.stringify({ type: 'about:blank', title: 'No', status: of, code, detail: 'No.' } satisfies Problem),
  )

/**
 * Lets pauses pass, until `promise` has settled. Requests under way get on in between, so that none is late. Only
 * `setTimeout` may be held still.
 */
export async function patiently<T>(promise: Promise<T>): Promise<T> {
  let settled = false
  const settle = () => {
    settled = true
  }
  promise.then(settle, settle)
  while (!settled) {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(100)
  }
  return promise
}

/** Holds an answer back until it is let go. */
export function heldBack(): { fault: Fault; answered: Promise<void>; letGo: () => void } {
  let letGo: () => void = () => {}
  let tell: () => void = () => {}
  const answered = new Promise<void>((resolve) => {
    tell = resolve
  })
  const fault: Fault = async (request) => {
    const response = await request()
    tell()
    await new Promise<void>((resolve) => {
      letGo = resolve
    })
    return response
  }
  return { fault, answered, letGo: () => letGo() }
}

export type Page = Served & {
  client: OrderClient
  fetch: ReturnType<typeof Browser>
  sent: Sent[]
  faults: Fault[]
}

export type PageOptions = Partial<FlowClientOptions<OrderView>> & {
  served?: Served
  /** The browser it is a page of. */
  fetch?: ReturnType<typeof Browser>
}

/** A page with a client, whose next requests meet `faults`, one each. */
export async function openPage(faults: Fault[] = [], options: PageOptions = {}): Promise<Page> {
  const { served = serve(), fetch = browser(served.http), ...rest } = options
  const sent: Sent[] = []
  const flaky: typeof globalThis.fetch = (input, init) => {
    const { method = 'GET', body, keepalive = false } = init ?? {}
    const path = String(input).slice(flowUrl.length)
    sent.push({ method, path, keepalive, body: body ? JSON.parse(String(body)) : undefined })
    const request = () => fetch(input, init)
    return (faults.shift() ?? ((through) => through()))(request, init?.signal)
  }
  const view = (await (await fetch(flowUrl)).json()) as OrderView
  const client = createFlowClient<OrderView, EventOf<typeof order>>({ url: flowUrl, view, ...rest, fetch: flaky })
  return { ...served, client, fetch, sent, faults }
}
