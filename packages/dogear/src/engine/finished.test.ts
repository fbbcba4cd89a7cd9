// A session that a deploy finished owes nothing any more: its first wake takes it off the agenda.

import { expect, it } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import { build, cases, page } from './finished.fixture.ts'
import { person, rig, watch } from './harness.fixture.ts'

it.each(cases)('$wait, $end', async ({ event, waiting, states, migrate }) => {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const store = watch(memoryStore({ clock }))
  const before = rig({ store, clock, effectWaitMs: 1, flow: build({ waiting: page('waiting', waiting) }) as never })
  const someone = person(before.engine)
  await someone.send(event)
  now += 120_000
  const [due] = await store.claimDue(1, 10)
  const after = rig({ store, clock, flow: build({ waiting: page('waiting', {}), ...states }, { migrate }) as never })
  await after.engine.wake(due?.id ?? '', due?.dueAt ?? 0)
  expect(await after.engine.read('checkout', someone.caller.credential)).toMatchObject({ status: 'done', timers: [] })
  now += 120_000
  expect(await store.claimDue(1, 10)).toEqual([])
})
