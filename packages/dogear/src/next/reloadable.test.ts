// One value per process; under `next dev` the newest, wherever it is held.

import { describe, expect, it } from 'vitest'
import { asJson, browser, flowUrl, opId, order, site } from '../../fixtures/order.ts'
import { createEngine } from '../engine/engine.ts'
import { startWorker } from '../engine/worker.ts'
import { createHttp } from '../http/index.ts'
import { memoryStore } from '../store/memory.ts'
import { reloadable } from './reloadable.ts'

describe('a reloadable value', () => {
  it('is created once where modules are not edited', () => {
    let created = 0
    const make = () => reloadable('test.production', () => ({ number: ++created }), undefined, false)
    expect([make(), make(), created]).toEqual([{ number: 1 }, { number: 1 }, 1])
  })

  it('is the newest in development, also for those who hold an older one; the old one is closed', () => {
    const closed: number[] = []
    const make = (number: number) =>
      reloadable(
        'test.development',
        () => ({ number, said: () => number }),
        (old) => closed.push(old.number),
        true,
      )
    const [first, second] = [make(1), make(2)]
    expect([first.number, first.said(), second.number, closed]).toEqual([2, 2, 2, [1]])
    expect(make(3).number + first.number).toBe(6)
    expect(closed).toEqual([1, 2])
  })

  it('stays as it is if the newer one cannot be made, or the older one not closed', () => {
    const make = (number: number) =>
      reloadable(
        'test.failing',
        () => {
          if (number === 2) throw new Error('does not compile')
          return { number }
        },
        () => Promise.reject(new Error('still busy')),
        true,
      )
    const first = make(1)
    expect(() => make(2)).toThrow('does not compile')
    expect(first.number).toBe(1)
    make(3)
    expect(first.number).toBe(3)
  })

  it('lets an edited flow answer the next request, and the worker of before fire its timers', async () => {
    const store = memoryStore()
    const edit = (flows: readonly (typeof order)[]) =>
      reloadable(
        'test.engine',
        () => createEngine({ store, flows }),
        (old) => old.close(0),
        true,
      )
    const before = edit([order])
    const fetch = browser(createHttp({ engine: before }))
    await fetch(
      `${flowUrl}/events`,
      asJson({ opId: opId(), event: { type: 'details.submitted', name: 'Ada', email: 'a@b.example' } }),
    )
    const worker = startWorker({ engine: before, idleMs: 1 })
    expect((await fetch(`${site}/api/flows/renamed`)).status).toBe(404)
    edit([order, { ...order, id: 'renamed' }])
    expect((await fetch(`${site}/api/flows/renamed`)).status).toBe(200)
    expect(await (await fetch(flowUrl)).json()).toMatchObject({ step: 'payment', saved: true })
    await worker.stop()
    await before.close(0)
  })
})
