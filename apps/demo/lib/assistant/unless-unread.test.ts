// A partial answer that cannot be read: the page comes without it.

import { DogearError } from 'dogear'
import { expect, it } from 'vitest'
import { unlessUnread } from './unless-unread.ts'

const said = { answer: { attempt: '1.1', text: 'Flow', value: undefined } }

it('what was read is what the page shows, and there is nothing to report', async () => {
  const reported: unknown[] = []
  expect(await unlessUnread(Promise.resolve(said), (cause) => reported.push(cause))).toBe(said)
  expect(reported).toEqual([])
})

it.each(['store_unavailable', 'record_unreadable', 'newer_version', 'session_gone'] as const)(
  'a read that fails as %s leaves the page without a partial answer, and is reported',
  async (code) => {
    const reported: unknown[] = []
    const error = new DogearError(code, 'it could not be read')
    expect(await unlessUnread(Promise.reject(error), (cause) => reported.push(cause))).toEqual({})
    expect(reported).toEqual([error])
  },
)

it('what Next itself rejects with reaches Next', async () => {
  const reported: unknown[] = []
  const bail = new Error('NEXT_PRERENDER_INTERRUPTED')
  await expect(unlessUnread(Promise.reject(bail), (cause) => reported.push(cause))).rejects.toBe(bail)
  expect(reported).toEqual([])
})
