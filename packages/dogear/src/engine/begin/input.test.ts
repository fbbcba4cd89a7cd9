// The input of a flow: when it is asked for, what becomes of it, and of one that cannot be made.

import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { prefilled } from '../../flow/prefilled.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Caller } from '../contract.ts'
import { createEngine } from '../engine.ts'

const hashOf = (part: string, seed: Uint8Array = randomBytes(32)): string =>
  createHmac('sha256', part).update(seed).digest('base64url')
const engineOf = () => createEngine({ store: memoryStore(), flows: [prefilled] })
const named = (opId: string) => ({ opId, event: { type: 'named', name: 'Ada' } })

/** A browser whose input is what `input` says now, with a count of how often it was asked. */
function visitor(input: () => unknown) {
  const asked = { times: 0 }
  const caller: Caller = {
    credential: undefined,
    // The credential of a first event that is sent again is the same.
    mint: (seed) => ({ id: hashOf('id', seed), secretHash: hashOf('secret', seed) }),
    input: () => {
      asked.times++
      return input()
    },
  }
  return { caller, asked }
}

describe('the input of a flow', () => {
  it('is in the view before there is a session, without an event, as the schema returns it', async () => {
    const { caller } = visitor(async () => ({ name: 'Ada', admin: true }))
    expect(await engineOf().read('order', caller)).toMatchObject({
      saved: false,
      step: 'name',
      context: { product: 'mug', name: 'Ada' },
    })
  })

  it('is asked for once when a session begins, and never again', async () => {
    const engine = engineOf()
    const { caller, asked } = visitor(() => ({ product: 'shirt', name: null }))
    const reply = await engine.send('order', caller, named('op-1'))
    expect(reply).toMatchObject({ outcome: 'applied', view: { context: { product: 'shirt', name: 'Ada' } } })
    expect(asked.times).toBe(1)
    const known = { ...caller, credential: reply.created }
    expect(await engine.read('order', known)).toMatchObject({ saved: true, context: { product: 'shirt' } })
    expect(await engine.send('order', known, named('op-1'))).toMatchObject({ outcome: 'duplicate' })
    expect(asked.times).toBe(1)
  })

  it('is that of the session, whatever it would be when its first event is sent again', async () => {
    const engine = engineOf()
    const products = ['shirt', 'mug']
    const { caller } = visitor(() => ({ product: products.shift(), name: null }))
    const first = await engine.send('order', caller, named('op-1'))
    const again = await engine.send('order', caller, named('op-1'))
    expect(again).toMatchObject({ outcome: 'duplicate', view: { tag: first.view.tag, context: { product: 'shirt' } } })
  })

  it('is asked for again in the view of a session that is gone', async () => {
    const engine = engineOf()
    const { caller } = visitor(() => ({ product: 'shirt', name: 'Ada' }))
    const reply = await engine.saveDraft('order', caller, { opId: 'op-1', step: 'name', values: { name: 'A' } })
    const known = { ...caller, credential: reply.created }
    await engine.destroy('order', known)
    const gone = { gone: { why: 'removed' }, context: { product: 'shirt' } }
    expect(await engine.read('order', known)).toMatchObject(gone)
    expect(await engine.extend('order', known)).toMatchObject({ code: 'session_gone', view: gone })
    const to = { flow: 'order', session: reply.created?.id ?? '' }
    const sent = await engine.dispatch(to, { type: 'named' }, { opId: 'op-2' })
    expect(sent).toMatchObject({ code: 'session_gone', view: { step: null, gone: { why: 'removed' } } })
    // Without a browser there is no input: a view like any other, of nothing.
    const { flow, version, ...blank } = sent.view
    expect({ flow, version }).toEqual({ flow: 'order', version: 1 })
    expect(Object.keys(sent.view).sort()).toEqual(Object.keys(await engine.read('order', caller)).sort())
    expect(blank).toEqual({
      ...{ tag: null, gone: expect.anything(), epoch: 0, revision: 0, mark: '', saved: false, status: 'active' },
      ...{ value: null, step: null, steps: [], context: null, accepts: [], drafts: {}, issues: [], pending: [] },
      ...{ timers: [], tags: [], moved: { here: null, elsewhere: null, itself: null }, expiresAt: null },
    })
  })

  it('that the schema refuses is told by its path, without its value, and begins nothing', async () => {
    const engine = engineOf()
    const { caller } = visitor(() => ({ product: 'CANARY', name: 5 }))
    const refused = { code: 'invalid_request', message: 'the input of flow "order" was not accepted: product, name' }
    await expect(engine.read('order', caller)).rejects.toMatchObject(refused)
    await expect(engine.send('order', caller, named('op-1'))).rejects.toMatchObject(refused)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('down')), { code: 'flow_failed', cause: { message: 'down' } }],
    ['gives nothing', () => undefined, { code: 'invalid_request' }],
  ])('that %s is a typed error', async (_, input, error) => {
    const { caller } = visitor(input)
    await expect(engineOf().read('order', caller)).rejects.toMatchObject({ name: 'DogearError', ...error })
    await expect(engineOf().send('order', caller, named('op-1'))).rejects.toMatchObject(error)
  })

  it('is told of by its path as every kind of schema says it', async () => {
    const issues = [
      { message: 'Enter a name', path: ['people', { key: 2 }, { key: 'name' }] },
      { message: 'Too young' },
    ]
    const input = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } }
    const engine = createEngine({ store: memoryStore(), flows: [{ ...prefilled, input } as never] })
    const { caller } = visitor(() => ({}))
    const message = 'the input of flow "order" was not accepted: people.2.name, '
    await expect(engine.read('order', caller)).rejects.toMatchObject({ code: 'invalid_request', message })
  })

  it('shares nothing with the session that is made of it', async () => {
    const engine = engineOf()
    const input = { product: 'shirt', name: 'Ada' }
    const { caller } = visitor(() => input)
    const { created } = await engine.saveDraft('order', caller, { opId: 'op-1', step: 'name', values: { name: 'A' } })
    input.name = 'Eve'
    expect(await engine.read('order', created)).toMatchObject({ context: { name: 'Ada' } })
  })
})
