// The reporter of an attempt: bounded in entries and in pace, whole again after every failure.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type ProgressPart, partOf, wholeOf } from './part.ts'
import { createReporter, keptEntries } from './reporter.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const effect = { id: 'pay', effectId: 's.pay.1', attempt: 1 }

/** A reporter whose entries are kept as a store keeps them; while `down`, none is. */
function reporting() {
  const state = { down: false, tries: 0 }
  const kept: ProgressPart[] = []
  const errors: unknown[] = []
  const reporter = createReporter({
    effect,
    async add(text) {
      state.tries++
      if (state.down) throw new Error('down')
      kept.push(partOf(text) as ProgressPart)
      kept.splice(0, kept.length - keptEntries)
      return true
    },
    onError: (error) => errors.push(error),
  })
  return { ...reporter, state, kept, errors }
}

it('what is kept of a long attempt is all that it reported, though its first entries are gone', async () => {
  const { report, kept, end } = reporting()
  let whole = ''
  for (let nth = 0; nth < 750; nth++) {
    report(`${nth} `)
    whole += `${nth} `
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(kept).toHaveLength(keptEntries)
  expect(wholeOf(kept)?.text).toBe(whole)
  end()
})

it('an outage is reported once, the store asked less and less often; the first entry after it holds all', async () => {
  const { report, kept, errors, state, end } = reporting()
  report('before ')
  report({ percent: 30 })
  await vi.advanceTimersByTimeAsync(200)
  state.down = true
  report('and after')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(errors).toMatchObject([{ message: 'down' }])
  expect(state.tries).toBeLessThan(40)
  state.down = false
  await vi.advanceTimersByTimeAsync(2_000)
  expect(kept.at(-1)).toMatchObject({ attempt: 1, at: 0, text: 'before and after', value: { percent: 30 } })
  state.down = true
  report('!')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(errors).toHaveLength(2)
  end()
})

it('after its end nothing more is written, nor taken, whatever it is', async () => {
  const { report, kept, end } = reporting()
  report('early')
  end()
  report('late')
  report(1n)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(kept).toEqual([])
})
