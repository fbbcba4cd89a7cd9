// The reference of an error: an operator who is told it finds the session.

import { expect, it } from 'vitest'
import { DogearError, type DogearErrorCode } from '../errors.ts'
import { tagOf, withReference } from './access.ts'

const failing = (error: unknown): Promise<unknown> =>
  withReference('session-1', () => Promise.reject(error)).catch((thrown: unknown) => thrown)

it.each<DogearErrorCode>(['record_unreadable', 'newer_version', 'flow_failed', 'not_serializable'])(
  'an error about what is stored (%s) names the session, and keeps all it said',
  async (code) => {
    const cause = new Error('why')
    const issues = [{ path: ['a'], message: 'no' }]
    const thrown = await failing(new DogearError(code, 'said', { cause, issues, retryAfterMs: 700 }))
    expect(thrown).toMatchObject({ code, message: 'said', cause, issues, retryAfterMs: 700 })
    expect(thrown).toHaveProperty('reference', tagOf('session-1'))
  },
)

it('an error that tells no time to come back is given none', async () => {
  const thrown = await failing(new DogearError('record_unreadable', 'said'))
  expect((thrown as DogearError).retryAfterMs).toBe(new DogearError('record_unreadable', 'said').retryAfterMs)
})

it.each([
  ['about the store', new DogearError('store_unavailable', 'said', { retryAfterMs: 1 })],
  ['with a reference of its own', new DogearError('flow_failed', 'said', { reference: 'abc' })],
  ['of somebody else', new Error('said')],
  ['that is none', 'said'],
])('an error %s is passed on as it is', async (_, error) => {
  expect(await failing(error)).toBe(error)
})

it('a task that succeeds is passed on', async () => {
  expect(await withReference('session-1', async () => 5)).toBe(5)
})
