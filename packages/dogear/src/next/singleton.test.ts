// One value per name and process, whoever asks.

import { describe, expect, it } from 'vitest'
import { singleton } from './singleton.ts'

describe('a singleton', () => {
  it('is created once, also for a module that was loaded again', async () => {
    const again = (await import(`./singleton.ts?${'reloaded'}`)) as { singleton: typeof singleton }
    expect(again.singleton).not.toBe(singleton)
    let created = 0
    const create = () => ({ number: ++created })
    const first = singleton('test.once', create)
    expect(again.singleton('test.once', create)).toBe(first)
    expect(singleton('test.other', create)).toEqual({ number: 2 })
  })

  it('may be undefined, once', () => {
    let created = 0
    for (let times = 0; times < 2; times++) singleton('test.nothing', () => void created++)
    expect(created).toBe(1)
  })

  it('is tried again after it could not be made', async () => {
    const fail = () => Promise.reject(new Error('down'))
    await expect(singleton('test.async', fail)).rejects.toThrow('down')
    await expect(singleton('test.async', () => Promise.resolve('up'))).resolves.toBe('up')
    expect(() =>
      singleton('test.sync', () => {
        throw new Error('down')
      }),
    ).toThrow('down')
    expect(singleton('test.sync', () => 'up')).toBe('up')
  })
})
