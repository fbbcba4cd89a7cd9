// A key service: asked once a day and once for each key of others, missed for as long as it is away, and no longer.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { createDataKeys } from './data-keys.ts'
import type { KeyService } from './key-service.ts'
import type { RecordKey } from './record-key.ts'

const day = 24 * 3_600_000
const unavailable = expect.objectContaining({ code: 'store_unavailable', retryAfterMs: 2_000 })

/** A key service in this process. `state` makes it fail, or never answer. */
function service(): KeyService & { calls: string[]; state: 'up' | 'down' | 'silent' } {
  const master = randomBytes(32)
  const self = {
    id: 'kms',
    calls: [] as string[],
    state: 'up' as 'up' | 'down' | 'silent',
    wrap: (dataKey: Uint8Array) =>
      answer('wrap', () => {
        const iv = randomBytes(12)
        const cipher = createCipheriv('aes-256-gcm', master, iv, { authTagLength: 16 })
        return Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
      }),
    unwrap: (wrapped: Uint8Array) =>
      answer('unwrap', () => {
        const decipher = createDecipheriv('aes-256-gcm', master, wrapped.subarray(0, 12), { authTagLength: 16 })
        decipher.setAuthTag(wrapped.subarray(-16))
        try {
          return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()])
        } catch {
          return undefined
        }
      }),
  }
  async function answer<T>(name: string, give: () => T): Promise<T> {
    self.calls.push(name)
    if (self.state === 'silent') return new Promise(() => {})
    if (self.state === 'down') throw new Error('the service is down')
    return give()
  }
  return self
}

const bytesOf = (key: RecordKey | undefined) => key?.secret.export().toString('hex')
const wrappedIn = (key: RecordKey): Uint8Array => key.wrapped ?? new Uint8Array()

describe('a key service', () => {
  it('is asked for one data key, by however many records at once, and then by none', async () => {
    const kms = service()
    const keys = createDataKeys(kms, { deadlineMs: 1_000 })
    const made = await Promise.all(Array.from({ length: 20 }, () => keys.current()))
    expect(new Set(made).size).toBe(1)
    expect(keys.current()).toBe(made[0])
    expect(keys.open(wrappedIn(made[0] as RecordKey))).toBe(made[0])
    expect(kms.calls).toEqual(['wrap'])
  })

  it('opens the data key of another process, asked once by however many', async () => {
    const kms = service()
    const made = await createDataKeys(kms, { deadlineMs: 1_000 }).current()
    const here = createDataKeys(kms, { deadlineMs: 1_000 })
    const opened = await Promise.all(Array.from({ length: 20 }, () => here.open(wrappedIn(made))))
    expect(new Set(opened.map(bytesOf))).toEqual(new Set([bytesOf(made)]))
    expect(bytesOf(here.open(wrappedIn(made)) as RecordKey)).toBe(bytesOf(made))
    expect(kms.calls).toEqual(['wrap', 'unwrap'])
  })

  it('opens nothing that another service wrapped, or that was changed', async () => {
    const [kms, other] = [service(), service()]
    const wrapped = wrappedIn(await createDataKeys(other, { deadlineMs: 1_000 }).current())
    expect(await createDataKeys(kms, { deadlineMs: 1_000 }).open(wrapped)).toBeUndefined()
  })

  it('is asked once for each of thousands of keys, however many sessions are read, and by few at a time', async () => {
    let [underWay, most] = [0, 0]
    const kms = service()
    const unwrap = vi.fn(async (wrapped: Uint8Array) => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return Buffer.concat([wrapped, Buffer.alloc(24)])
    })
    const keys = createDataKeys({ ...kms, unwrap }, { deadlineMs: 60_000 })
    const wrapped = Array.from({ length: 3_000 }, () => Uint8Array.from(randomBytes(8)))
    for (let round = 0; round < 3; round++) {
      const opened = await Promise.all([...wrapped, ...wrapped].map((one) => keys.open(one)))
      expect(opened.map(bytesOf)).toEqual(
        [...wrapped, ...wrapped].map((one) => Buffer.concat([one, Buffer.alloc(24)]).toString('hex')),
      )
    }
    expect(unwrap).toHaveBeenCalledTimes(3_000)
    expect(most).toBe(32)
  })

  it('that hangs lets the others in line go when their time is up, and all of them in once it answers', async () => {
    const kms = service()
    const made = await Promise.all(
      Array.from({ length: 80 }, () => createDataKeys(kms, { deadlineMs: 1_000 }).current()),
    )
    const keys = createDataKeys(kms, { deadlineMs: 500 })
    kms.calls.length = 0
    kms.state = 'silent'
    const hung = made.map((key) => expect(keys.open(wrappedIn(key))).rejects.toThrow(unavailable))
    await new Promise((resolve) => setImmediate(resolve))
    expect(kms.calls).toHaveLength(32)
    await Promise.all(hung)
    kms.state = 'up'
    for (const key of made) expect(bytesOf(await keys.open(wrappedIn(key)))).toBe(bytesOf(key))
  })

  it('is remembered for ten thousand keys of others, no more', async () => {
    const kms = { ...service(), unwrap: async (wrapped: Uint8Array) => Buffer.concat([wrapped, Buffer.alloc(24)]) }
    const unwrap = vi.spyOn(kms, 'unwrap')
    const keys = createDataKeys(kms, { deadlineMs: 1_000 })
    const wrapped = Array.from({ length: 10_001 }, () => Uint8Array.from(randomBytes(8)))
    for (const one of wrapped) await keys.open(one)
    expect(keys.open(wrapped[10_000] as Uint8Array)).not.toBeInstanceOf(Promise)
    await keys.open(wrapped[0] as Uint8Array)
    expect(unwrap).toHaveBeenCalledTimes(10_002)
  })

  it('is missed while it fails or does not answer, typed as an outage, and asked again after it', async () => {
    const kms = service()
    const made = await createDataKeys(kms, { deadlineMs: 1_000 }).current()
    const keys = createDataKeys(kms, { deadlineMs: 20 })
    for (const state of ['down', 'silent'] as const) {
      kms.state = state
      await expect(keys.current()).rejects.toThrow(unavailable)
      await expect(keys.open(wrappedIn(made))).rejects.toThrow(unavailable)
    }
    kms.state = 'up'
    expect(await keys.current()).toMatchObject({ id: 'kms' })
    expect(bytesOf(await keys.open(wrappedIn(made)))).toBe(bytesOf(made))
  })

  it('makes another data key a day later, which nobody waits for', async () => {
    const kms = service()
    let time = 0
    const keys = createDataKeys(kms, { deadlineMs: 20, now: () => time })
    const first = await keys.current()
    kms.state = 'down'
    time = day
    expect(keys.current()).toBe(first)
    await vi.waitFor(() => expect(kms.calls).toEqual(['wrap', 'wrap']), { timeout: 20_000 })
    await new Promise(setImmediate)
    kms.state = 'up'
    expect(keys.current()).toBe(first)
    expect(kms.calls).toHaveLength(2)
    time += 60_000
    expect(keys.current()).toBe(first)
    await vi.waitFor(() => expect(keys.current()).not.toBe(first), { timeout: 20_000 })
    expect(kms.calls).toHaveLength(3)
    expect(keys.open(wrappedIn(first))).toBe(first)
  })

  it.each<[string, Partial<KeyService>]>([
    ['wraps to nothing', { wrap: async () => new Uint8Array() }],
    ['wraps to a text', { wrap: async () => 'wrapped' as never }],
    [
      'throws',
      {
        wrap: () => {
          throw new Error('no')
        },
      },
    ],
  ])('that %s is one that fails', async (_, broken) => {
    await expect(createDataKeys({ ...service(), ...broken }, { deadlineMs: 50 }).current()).rejects.toThrow(unavailable)
  })

  it('that unwraps to another length is one that fails', async () => {
    const keys = createDataKeys({ ...service(), unwrap: async () => new Uint8Array(16) }, { deadlineMs: 50 })
    await expect(keys.open(new Uint8Array(9))).rejects.toThrow(unavailable)
  })

  it('[M43] shows no data key to somebody who looks into what it gave', async () => {
    const keys = createDataKeys(service(), { deadlineMs: 1_000 })
    const key = await keys.current()
    expect(inspect([keys, key.secret], { depth: 9, showHidden: true })).not.toMatch(/<Buffer|Uint8Array/)
    expect(JSON.stringify(key.secret)).toBe('{}')
  })
})
