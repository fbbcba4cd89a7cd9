// Card numbers in events: looked for where a form is made, and in production where its flow asks for it.

import { afterEach, expect, it, vi } from 'vitest'
import { asJson, browser, flowUrl, opId, order } from '../../fixtures/order.ts'
import { createHttp } from '../http/index.ts'
import { memoryStore } from '../store/memory.ts'
import { createEngine } from './engine.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const card = '4242 4242 4242 4242'
const fields = ['name', 'note'] as const

it.each([
  ['development', undefined, 422],
  ['test', undefined, 422],
  ['production', undefined, 200],
  ['production', 'refuse', 422],
  ['development', 'allow', 200],
] as const)('[M67] in %s, where the flow says %s, an event with one is answered with %i', async (env, said, status) => {
  vi.stubEnv('NODE_ENV', env)
  const flow = { ...order, cardNumbers: said }
  for (const field of fields) {
    const http = createHttp({ engine: createEngine({ store: memoryStore(), flows: [flow], sealing: 'off' }) })
    const event = { type: 'details.submitted', name: 'Ada', email: 'ada@example.org', [field]: card }
    const answer = await browser(http)(`${flowUrl}/events`, asJson({ opId: opId(), event }))
    expect([field, answer.status]).toEqual([field, status])
    const draft = asJson({ opId: opId(), values: { [field]: card } }, 'PUT')
    const kept = await browser(http)(`${flowUrl}/drafts/details`, draft)
    expect([field, kept.status]).toEqual([field, said === 'allow' ? 200 : 422])
  }
})
