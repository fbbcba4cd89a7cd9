// The reference of a problem: what a person reads out to support leads to their session, and to the line of the log.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { asForm, asJson, browser, detailsSubmitted, flowUrl, keys, opId, order, site } from '../../fixtures/order.ts'
import { findByReference } from '../cli/session-id.ts'
import { createEngine } from '../engine/engine.ts'
import type { LogLine } from '../engine/log/line.ts'
import { around } from '../store/around.ts'
import { memoryStore } from '../store/memory.ts'
import type { Problem } from '../wire.ts'
import { createHttp } from './http.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** A person with a session, whose store and sign-in fail as told. */
async function someone(sealed = {}) {
  const lines: LogLine[] = []
  const fails = { store: false, user: false }
  const inner = memoryStore()
  const store = around(inner, (call) => (fails.store ? Promise.reject(new Error('down')) : call()))
  const engine = createEngine({ store, flows: [order], log: (line) => lines.push(line), ...sealed })
  const http = createHttp({
    engine,
    keys: keys[0],
    identify: () => (fails.user ? Promise.reject(new Error('down')) : null),
  })
  const fetch = browser(http)
  await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  lines.length = 0
  const [session = ''] = (await inner.scan(undefined, 10)).found.map(({ id }) => id)
  return { engine, fetch, fails, lines, session }
}

describe('a problem of a browser with a session', () => {
  it.each(['store', 'user'] as const)('names that session, in the answer and in the log (%s down)', async (what) => {
    const { engine, fetch, fails, lines, session } = await someone({ keys: keys[0] })
    fails[what] = true
    const { reference = '' } = (await (await fetch(flowUrl)).json()) as Problem
    fails[what] = false
    expect(await findByReference(engine, reference, () => {})).toBe(session)
    const line = lines.find(({ name }) => name === 'error')
    expect(line).toMatchObject({ session: engine.loggedAs(session)[0] })
    expect(JSON.stringify(lines)).not.toContain(reference)
  })

  it('shows it on the page without JavaScript, whatever the problem', async () => {
    const { engine, fetch, fails, session } = await someone()
    const pages = [fetch(`${flowUrl}/events`, asForm({ 'dogear.type': 'x'.repeat(2e6) }))]
    fails.store = true
    pages.push(fetch(`${flowUrl}/events`, asForm({ 'dogear.type': 'payment.submitted', 'dogear.opId': opId() })))
    const answers = await Promise.all(pages)
    fails.store = false
    expect(answers.map(({ status }) => status)).toEqual([413, 503])
    for (const answer of answers) {
      const [, reference = ''] = /Reference: ([\w-]+)/.exec(await answer.text()) ?? []
      expect(await findByReference(engine, reference, () => {})).toBe(session)
    }
  })

  it('has one of its own where the browser names no session', async () => {
    const { engine, fails, lines } = await someone()
    fails.user = true
    const stranger = browser(createHttp({ engine, keys: keys[0], identify: () => Promise.reject(new Error('down')) }))
    const answer = await stranger(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    const { reference } = (await answer.json()) as Problem
    expect(lines).toEqual([expect.objectContaining({ name: 'error', reference })])
    expect((await (await stranger(`${site}/api/flows/none`)).json()) as Problem).not.toHaveProperty('reference')
  })
})
