// Running effects: a process works on one only as long as it holds the lease.

import { expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import { atReview, eventually, rig, watch } from './harness.fixture.ts'

type Call = { effectId: string; attempt: number; signal: AbortSignal }
const charging = (run: (call: Call) => Promise<unknown>) =>
  checkout.provide({ actors: { chargeCard: fromEffect(run) } })

it('an attempt gets its input as it was asked for, whatever the one before did to it', async () => {
  const inputs: unknown[] = []
  const chargeCard = fromEffect(async ({ input }: { input: { token?: string | null } }) => {
    inputs.push({ ...input })
    delete input.token
    throw new Error('no answer')
  })
  const { engine } = rig({ flow: checkout.provide({ actors: { chargeCard } }) })
  const someone = await atReview(engine)
  await someone.send('order.placed')
  expect(inputs).toEqual([{ token: 'tok_ok' }, { token: 'tok_ok' }])
})

it('an effect that another process took over is told to stop here, and its lease there is left alone', async () => {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const store = watch(memoryStore({ clock }))
  const calls: Call[] = []
  const flow = charging((call) => {
    calls.push(call)
    return new Promise(() => {})
  })
  const lasting = { ...flow, effects: { chargeCard: { timeout: '30 s' as const } } }
  const parts = { store, clock, leaseMs: 30, effectWaitMs: 1, flow: lasting }
  const [here, there] = [rig(parts), rig(parts)]
  const someone = await atReview(here.engine)
  await someone.send('order.placed')
  now += 31
  await there.engine.wake(someone.caller.credential?.id ?? '', now)
  expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2])
  await eventually(() => expect(calls[0]?.signal.aborted).toBe(true))
  expect(calls[0]?.signal.reason).toMatchObject({ message: 'the lease was lost' })
  expect(calls[1]?.signal.aborted).toBe(false)
  await here.engine.close(1)
  await there.engine.wake(someone.caller.credential?.id ?? '', now)
  expect(calls).toHaveLength(2)
  expect([...here.errors, ...there.errors]).toEqual([])
  await there.engine.close(1)
})
