// Waiting that always ends: after as long as was said, at an abort, and without a trace.

import { getEventListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { anyOf, callAfter, settleWithin, sleep, within } from './time.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const days = 86_400_000
const listening = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

describe('a wait beyond the longest of a platform timer', () => {
  it.each([24, 25, 30, 365, 3 * 365])('of %i days lasts as long as that', async (count) => {
    const done = vi.fn()
    callAfter(count * days, done)
    await vi.advanceTimersByTimeAsync(count * days - 1)
    expect(done).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(done).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('can be without end, and can be cancelled', async () => {
    const done = vi.fn()
    const cancel = callAfter(Number.POSITIVE_INFINITY, done)
    await vi.advanceTimersByTimeAsync(100 * days)
    cancel()
    expect([done.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0])
  })

  it('is that of a sleep, a deadline, and an effect', async () => {
    const slow = () => sleep(29 * days).then(() => 'slow')
    const all = Promise.all([
      settleWithin(30 * days, slow(), () => 'late'),
      settleWithin(28 * days, slow(), () => 'late'),
      settleWithin(Number.POSITIVE_INFINITY, slow(), () => 'late'),
      within(30 * days, new AbortController().signal, slow),
      within(28 * days, new AbortController().signal, slow).catch((error: Error) => error.message),
    ])
    await vi.advanceTimersByTimeAsync(31 * days)
    expect(await all).toEqual(['slow', 'late', 'slow', 'slow', `no result within ${28 * days} ms`])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('an answer that came while the process was busy', () => {
  /** Another thread of the process, which counts what it has answered; that is read when the process comes to look. */
  function thread() {
    const count = new Int32Array(new SharedArrayBuffer(4))
    const program = `const { parentPort, workerData } = require('node:worker_threads')
      parentPort.on('message', (asked) => {
        parentPort.postMessage(asked)
        Atomics.add(workerData, 0, 1)
      })`
    const worker = new Worker(program, { eval: true, workerData: count })
    onTestFinished(async () => void (await worker.terminate()))
    const waiting: ((nth: number) => void)[] = []
    worker.on('message', (nth: number) => waiting.shift()?.(nth))
    let asked = 0
    const answer = () =>
      new Promise<number>((resolve) => {
        waiting.push(resolve)
        worker.postMessage(asked++)
      })
    return { answer, hasAnswered: () => Atomics.load(count, 0) === asked }
  }
  const busy = (ms: number, isOver = () => true) => {
    const until = performance.now() + ms
    while (performance.now() < until || !isOver());
  }

  it('is no late one', async () => {
    vi.useRealTimers()
    const { answer, hasAnswered } = thread()
    // It has started, then.
    await answer()
    for (let round = 0; round < 5; round++) {
      const settled = settleWithin<unknown>(5, answer(), () => 'late')
      const done = within(5, new AbortController().signal, answer)
      busy(50, hasAnswered)
      expect([await settled, await done]).toEqual([2 * round + 1, 2 * round + 2])
    }
  })

  it('is late if it comes no sooner than that', async () => {
    vi.useRealTimers()
    const settled = settleWithin(5, new Promise(() => {}), () => 'late')
    busy(20)
    expect(await settled).toBe('late')
  })
})

describe('a signal of several', () => {
  it('aborts with the first of them, for its reason, also one that has aborted before', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const any = anyOf([one.signal, other.signal])
    expect(any.signal.aborted).toBe(false)
    other.abort('other')
    one.abort('one')
    expect([any.signal.aborted, any.signal.reason]).toEqual([true, 'other'])
    expect(anyOf([new AbortController().signal, other.signal]).signal.reason).toBe('other')
  })

  it('leaves nothing behind with its sources', async () => {
    const closing = new AbortController()
    for (let index = 0; index < 3; index++) {
      const { release } = anyOf([closing.signal])
      expect(listening(closing.signal)).toBe(1)
      release()
      await within(1_000, closing.signal, async () => 'result')
      await within(1_000, closing.signal, () => Promise.reject(new Error('no'))).catch(() => {})
    }
    expect(listening(closing.signal)).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a call within a time', () => {
  it('is not even made if its signal has aborted', async () => {
    const call = vi.fn(async () => 1)
    await expect(within(1_000, AbortSignal.abort('over'), call)).rejects.toBe('over')
    expect(call).not.toHaveBeenCalled()
  })

  it('ends with the signal although it does not listen, and may fail later without harm', async () => {
    const outer = new AbortController()
    const call = within(1_000, outer.signal, () => sleep(500).then(() => Promise.reject(new Error('late'))))
    outer.abort('over')
    await expect(call).rejects.toBe('over')
    await vi.advanceTimersByTimeAsync(1_000)
  })

  it('that throws at once rejects', async () => {
    const call = (): Promise<never> => {
      throw new Error('at once')
    }
    await expect(within(1_000, new AbortController().signal, call)).rejects.toThrow('at once')
  })
})
