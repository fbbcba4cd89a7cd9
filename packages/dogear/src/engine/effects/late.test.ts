// Results that nobody waits for any more: each is one line of the log, as what was done may have to be undone.

import { expect, it } from 'vitest'
import { memoryStore } from '../../store/memory.ts'
import { eventually, type Person, type Rig, rig, type Watched, watch } from '../harness.fixture.ts'
import type { LogLine } from '../log/line.ts'
import { ordered, shop } from './shop.fixture.ts'

type World = { someone: Person; here: Rig; store: Watched; answer: () => void; pass(ms: number): void }
const idOf = ({ caller }: Person): string => caller.credential?.id ?? ''

/** A provider that answers once it is told to, whether it is listened to or not. */
async function world(timeout: '1 hour' | '1 s', faults?: Parameters<typeof watch>[1]) {
  const lines: LogLine[] = []
  let [now, answer] = [Date.UTC(2026, 0, 1), () => {}]
  const answered = new Promise<string>((resolve) => {
    answer = () => resolve('ch_CANARY')
  })
  const clock = () => now
  const store = watch(memoryStore({ clock }))
  const { flow } = shop({ provider: () => answered, attempts: 1, timeout })
  const parts = { flow: flow as never, clock, leaseMs: 60, effectWaitMs: 1 }
  const here = rig({ ...parts, store: watch(store, faults), log: (line) => lines.push(line) })
  const there = () => rig({ ...parts, store })
  const pass = (ms: number) => {
    now += ms
  }
  const someone = await ordered(here)
  const dropped = () => lines.filter(({ name }) => name === 'effect.dropped')
  return { someone, here, there, store, answer, pass, dropped, lines }
}

const line = (why: string) => ({
  ...{ name: 'effect.dropped', level: 'warn', flow: 'checkout', session: expect.stringMatching(/^[\w-]{10}$/) },
  ...{ effect: 'pay', why },
})

const departures: [act: string, why: string, leave: (world: World) => Promise<unknown>][] = [
  ['the person left the state', 'the state was left', ({ someone }) => someone.send('leave')],
  ['the process was told to stop', 'the process is stopping', ({ here }) => here.engine.close(1)],
  ['the session was removed', 'the session was ended', ({ store, someone }) => store.remove(idOf(someone), 3_600_000)],
]

it.each(departures)('[M65] a result that comes after %s is one line of the log: %s', async (_, why, leave) => {
  const one = await world('1 hour')
  await leave(one)
  expect(one.dropped()).toEqual([])
  one.answer()
  await eventually(() => expect(one.dropped()).toEqual([line(why)]))
  await one.here.engine.close(1)
  expect(one.dropped()).toHaveLength(1)
  expect(JSON.stringify(one.lines)).not.toContain('CANARY')
})

it('[M65] a result that comes after the time of its effect is one line of the log', async () => {
  const { someone, answer, dropped, here } = await world('1 s')
  await eventually(async () => expect((await someone.read()).value).toBe('failed'))
  answer()
  await eventually(() => expect(dropped()).toEqual([line('its time was up')]))
  await here.engine.close(1)
})

it('[M65] a result of a try that another process has taken over is one line of the log', async () => {
  const { someone, answer, dropped, here, there, pass } = await world('1 hour', () => ({ hold: async () => true }))
  pass(61)
  const other = there()
  await other.engine.wake(idOf(someone), Date.UTC(2026, 0, 1) + 61)
  await eventually(async () => expect((await someone.read()).value).toBe('failed'))
  answer()
  await eventually(() => expect(dropped()).toEqual([line('the state was left')]))
  await Promise.all([here.engine.close(1), other.engine.close(1)])
})

it('a result that was taken is no line, not even if its commit seemed to fail', async () => {
  let lost = 0
  const { someone, answer, dropped, here } = await world('1 hour', (inner) => ({
    async commit(...args) {
      const done = await inner.commit(...args)
      if (args[1] !== 0 && lost++ === 0) throw new Error('the reply was lost')
      return done
    },
    read: async (...args) => {
      if (lost === 1 && lost++) throw new Error('down')
      return inner.read(...args)
    },
  }))
  answer()
  await eventually(async () => expect((await someone.read()).value).toBe('paid'))
  await here.engine.close(1)
  expect(lost).toBeGreaterThan(1)
  expect(dropped()).toEqual([])
})
