// Access as a caller is told of it. The reference of an error: an operator who is told it finds the session.

import { describe, expect, it } from 'vitest'
import { DogearError, type DogearErrorCode } from '../errors.ts'
import { credentialOf, keepsNoCookie, referTo, tagOf, toSender, toVisitor, withReference } from './access.ts'
import { mint } from './harness.fixture.ts'

describe('a caller', () => {
  const credential = mint()
  const owner = { id: 'owner', label: 'a•••' }

  it.each([
    [undefined, { credential: undefined }],
    [credential, { credential }],
    [
      { credential, owner },
      { credential, owner },
    ],
    [{ credential: undefined }, { credential: undefined }],
  ])('%o is the visitor %o', (who, visitor) => {
    expect(toVisitor(who)).toStrictEqual(visitor)
  })

  it('acts by the hash of its secret, under no name unless it has one, with its selector only if signed in', () => {
    const { secretHash, sealedSelector } = credential
    expect(toSender({ credential })).toEqual({ secretHash, label: '' })
    expect(toSender({ credential, label: 'Firefox' })).toEqual({ secretHash, label: 'Firefox' })
    expect(toSender({ credential, owner })).toEqual({ secretHash, label: '', owner: { ...owner, sealedSelector } })
    const bare = { credential: { id: 'session', secretHash } }
    expect(toSender(bare)).toEqual({ secretHash, label: '' })
    expect(() => toSender({ ...bare, owner })).toThrow(TypeError)
  })

  it('without a credential has no session to act in', () => {
    expect(credentialOf({ credential })).toBe(credential)
    expect(() => credentialOf({ credential: undefined })).toThrow(expect.objectContaining({ code: 'no_session' }))
  })

  it.each([
    [undefined, 1, true],
    [undefined, 0, false],
    [undefined, undefined, false],
    [credential, 1, false],
  ])('with the credential %o, at revision %o, keeps no cookie: %o', (held, revision, expected) => {
    const seen = revision === undefined ? undefined : { epoch: 0, revision, mark: 'aaabbbbb' }
    expect(keepsNoCookie({ credential: held }, seen)).toBe(expected)
  })
})

const failing = (error: unknown): Promise<unknown> =>
  withReference('session-1', () => Promise.reject(error)).catch((thrown: unknown) => thrown)

it.each<DogearErrorCode>(['record_unreadable', 'unknown_flow', 'newer_version', 'flow_failed', 'not_serializable'])(
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

it('a reference is ten characters of its session alone, and given once', () => {
  expect(tagOf('session-1')).toMatch(/^[\w-]{10}$/)
  expect(tagOf('session-1')).toBe(tagOf('session-1'))
  expect(tagOf('session-1')).not.toBe(tagOf('session-2'))
  const error = referTo('session-1', new DogearError('store_unavailable', 'said'))
  expect(referTo('session-2', error).reference).toBe(tagOf('session-1'))
})
