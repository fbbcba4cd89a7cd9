// The model's stand-in of a demo, as tests steer it and look at what it was asked.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '../../apps/assistant/src/completions.ts'
import type { Order } from '../../apps/assistant/src/misbehaviour.ts'
import { type DemoSettings, startAssistant } from '../../scripts/demo-app.mjs'

export type AssistantStandIn = {
  /** Where its API is, such as `http://127.0.0.1:23457/v1`. */
  url: string
  /** The requests that it accepted, oldest first. */
  requests(): Promise<Entry[]>
  /** Tells it to misbehave with the next request, or the next `times` of them; orders are carried out in turn. */
  control(order: Partial<Order>): Promise<void>
  /** Lets the answers go on that are held. */
  release(): Promise<void>
  /** Takes back the orders that are left, and lets go on what is held. */
  calm(): Promise<void>
  /** Ends it, with the answers it is giving. */
  end(): Promise<void>
  /** Starts it again: same port, same log. */
  start(): Promise<void>
}

/** Starts one at `settings.assistantPort`; resolves when it listens. */
export async function assistantStandIn(settings: DemoSettings): Promise<AssistantStandIn> {
  const origin = `http://127.0.0.1:${settings.assistantPort}`
  const order = async (method: string, body?: object, path = '') => {
    const headers = { 'content-type': 'application/json' }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const answer = await fetch(`${origin}/control${path}`, init)
    if (!answer.ok) throw new Error(`The stand-in refuses the order: ${await answer.text()}`)
  }
  let running = await startAssistant(settings)
  return {
    url: `${origin}/v1`,
    requests: async () => {
      const text = await readFile(join(settings.data, 'assistant.ndjson'), 'utf8')
      return text
        .split('\n')
        .filter(Boolean)
        .map((line): Entry => JSON.parse(line))
    },
    control: (body) => order('POST', body),
    release: () => order('POST', undefined, '/release'),
    calm: () => order('DELETE'),
    end: () => running.stop(),
    start: async () => {
      running = await startAssistant(settings)
    },
  }
}
