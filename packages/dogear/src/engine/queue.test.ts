// The line of a session: one task at a time, and room again once they are done. Coalescing: no run is begun in vain,
// no caller is given one that began before it asked.

import { describe, expect, it } from 'vitest'
import { coalesced, createQueue } from './queue.ts'

describe('a line', () => {
  it('[M79] has 256 tasks in it, refuses one more, and has room for each that ended, well or not', async () => {
    const queue = createQueue()
    const ends: ((result: Promise<never> | string) => void)[] = []
    const task = () => new Promise<string>((resolve) => void ends.push(resolve))
    const tasks = Array.from({ length: 256 }, () => queue.run('session', task))
    const full = { code: 'rate_limited', retryAfterMs: 1_000 }
    await expect(queue.run('session', task)).rejects.toMatchObject(full)
    ends[0]?.(Promise.reject(new Error('failed')))
    await expect(tasks[0]).rejects.toThrow('failed')
    tasks.push(queue.run('session', task))
    await expect(queue.run('session', task)).rejects.toMatchObject(full)
    ends[1]?.('done')
    expect(await tasks[1]).toBe('done')
    tasks.push(queue.run('session', task))
    await expect(queue.run('session', task)).rejects.toMatchObject(full)
    expect(await queue.run('another', async () => 'not held up')).toBe('not held up')
  })

  it('runs one task at a time in the order they came, also those that come while others end', async () => {
    const queue = createQueue()
    const order: number[] = []
    let [running, most] = [0, 0]
    const task = (number: number) => async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      order.push(number)
      running--
      if (number < 20) added.push(queue.run('session', task(number + 10)))
      if (number % 3 === 0) throw new Error('failed')
    }
    const added = Array.from({ length: 10 }, (_, number) => queue.run('session', task(number)))
    for (let count = 0; count < added.length; count++) await Promise.allSettled([added[count]])
    expect(order).toEqual(Array.from({ length: 30 }, (_, number) => number))
    expect(most).toBe(1)
  })
})

/** Work whose runs end when the test says so. */
function manual() {
  const ends: ((error?: Error) => void)[] = []
  const look = coalesced(
    () => new Promise((resolve, reject) => void ends.push((error) => (error ? reject(error) : resolve()))),
  )
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { look, ends, turn }
}

it('any number of calls while one runs are one more run', async () => {
  const { look, ends, turn } = manual()
  const first = look()
  await turn()
  const late = Array.from({ length: 100 }, () => look())
  ends[0]?.()
  await turn()
  expect(ends).toHaveLength(2)
  ends[1]?.()
  await Promise.all([first, ...late])
  expect(ends).toHaveLength(2)
})

it('a call between two runs has one of its own', async () => {
  const { look, ends, turn } = manual()
  for (let runs = 1; runs <= 3; runs++) {
    const call = look()
    await turn()
    expect(ends).toHaveLength(runs)
    ends.at(-1)?.()
    await call
  }
})

it('a failure, also at once, is told to all who wait, and the next call begins anew', async () => {
  const { look, ends, turn } = manual()
  const calls = [look(), look()]
  await turn()
  ends[0]?.(new Error('down'))
  for (const call of calls) await expect(call).rejects.toThrow('down')
  const next = look()
  await turn()
  expect(ends).toHaveLength(2)
  ends[1]?.()
  await next
  let broken = true
  const abrupt = coalesced(() => {
    if (broken) throw new Error('at once')
    return Promise.resolve()
  })
  await expect(abrupt()).rejects.toThrow('at once')
  broken = false
  await abrupt()
})
