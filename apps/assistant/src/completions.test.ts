// The memory of keys when its log cannot be written.
import { expect, test } from 'vitest'
import type { JsonLines } from '../../json-lines.ts'
import { createCompletions, type Entry } from './completions.ts'
import type { ChatRequest } from './requests.ts'

const request: ChatRequest = {
  model: 'extract-1',
  messages: [{ role: 'user', content: 'Anything?' }],
  maxTokens: undefined,
  idempotencyKey: 'key-1',
  stream: false,
  includeUsage: false,
}

/** A log that takes lines while `works` says so. */
function logOf({ works = () => true, size = 0 }): JsonLines<Entry> & { written: Entry[] } {
  const written: Entry[] = []
  const append = async (entry: Entry) => {
    if (!works()) throw new Error('The disk is full.')
    written.push(entry)
  }
  return { earlier: [], size: () => size, append, written, close: async () => {} }
}

test('a request that could not be written was not answered, so its key is billed with the next one', async () => {
  let works = false
  const log = logOf({ works: () => works })
  const complete = createCompletions(log)
  await expect(complete(request)).rejects.toThrow('The disk is full.')
  works = true
  expect((await complete(request)).again).toBe(false)
  expect((await complete(request)).again).toBe(true)
  expect(log.written.map(({ billed }) => billed)).toEqual([true, false])
})

test('a log that is full takes nothing more, and says what to do', async () => {
  const log = logOf({ size: 11 })
  await expect(createCompletions(log, { maxLogBytes: 10 })(request)).rejects.toMatchObject({ status: 503 })
  expect(log.written).toEqual([])
  expect((await createCompletions(log, { maxLogBytes: 11 })(request)).again).toBe(false)
})
