// The gate of the stand-ins: what waits at it, and what ends the wait.
import { expect, test } from 'vitest'
import { createGate, within } from './gate.ts'

/** Notes each of the names once its wait is over. */
function notes() {
  const passed: string[] = []
  return { passed, note: (name: string, waiting: Promise<void>) => waiting.then(() => passed.push(name)) }
}
const settle = () => new Promise(setImmediate)

test('lets everybody through until it is shut, and all who waited once it is opened', async () => {
  const gate = createGate()
  const { passed, note } = notes()
  await note('first', gate.pass())
  gate.shut()
  const second = note('second', gate.pass())
  gate.shut()
  const third = note('third', gate.pass())
  await settle()
  expect(passed).toEqual(['first'])
  gate.open()
  await Promise.all([second, third, note('fourth', gate.pass())])
  expect(passed).toHaveLength(4)
})

test('opened and shut again, holds those alone who come after that', async () => {
  const gate = createGate()
  const { passed, note } = notes()
  gate.shut()
  const early = note('early', gate.pass())
  gate.open()
  gate.shut()
  const late = note('late', gate.pass())
  await early
  await settle()
  expect(passed).toEqual(['early'])
  gate.open()
  await late
})

test('a wait ends with its signal, and not before', async () => {
  const gate = createGate()
  gate.shut()
  const leave = new AbortController()
  const waiting = within(gate.pass(), leave.signal)
  leave.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(within(gate.pass(), AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before')
  gate.open()
  await within(gate.pass(), new AbortController().signal)
})
