// Coalescing: no run is begun in vain, and no caller is given one that began before it asked.

import { expect, it } from 'vitest'
import { coalesced } from './queue.ts'

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
