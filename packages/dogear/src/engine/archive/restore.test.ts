// A session that the fast store does not have: it comes back from the archive, and says so if it may have lost commits.

import { expect, it } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import type { Hint } from '../../store/store.ts'
import { positionOf } from '../../turn/record.ts'
import type { Engine } from '../contract.ts'
import { createEngine } from '../engine.ts'
import { atReview, type Person, person } from '../harness.fixture.ts'
import { hour, minute, world } from './world.fixture.ts'

const idOf = (someone: Person) => someone.caller.credential?.id ?? ''
const again = (engine: Engine, { caller }: Person) => person(engine, caller.credential)

it('comes back with the next epoch if the fast store dropped commits of it alone: their pages are told', async () => {
  const { process, write, lose } = world()
  const engine = process()
  const someone = person(engine)
  await someone.send('say')
  await write(engine)
  const { view: lost } = await someone.send('say')
  await lose(idOf(someone), 2)
  const told = await someone.send('say', {}, { step: 'form', position: positionOf(lost) })
  expect(told).toMatchObject({ outcome: 'rejected', code: 'rewound', view: { context: { said: 1 }, epoch: 1 } })
})

it('comes back in the sight of everybody who follows it', async () => {
  const { process, write, flush, hot } = world()
  const engine = process()
  const someone = person(engine)
  await someone.send('say')
  await write(engine)
  flush()
  const hints: Hint[] = []
  hot().watch?.(idOf(someone), (hint) => hints.push(hint))
  const view = await again(process(), someone).read()
  expect(hints).toEqual([positionOf(view)])
})

it('with the next epoch stays in the fast store until that is archived, however long the archive is away', async () => {
  const { process, write, flush, pass, breakArchive } = world()
  const engine = process()
  const someone = person(engine)
  for (let turn = 0; turn < 2; turn++) await someone.send('say')
  await write(engine)
  flush()
  const { epoch } = await again(process(), someone).read()
  breakArchive(new Error('away'))
  pass(5 * hour)
  expect(await again(process(), someone).read()).toMatchObject({ epoch, context: { said: 2 } })
})

it('that this process cannot read comes back as it is, for one that can', async () => {
  const { process, archive, hot } = world()
  const stored = { bytes: new Uint8Array([9, 9]), position: { epoch: 0, revision: 3, mark: 'aaaaaaaa' } }
  await archive.put(new Map([['a', { ...stored, dueAt: undefined, ttlMs: hour, life: 'another' }]]))
  expect(await process().store.read('a')).toEqual(stored)
  expect(await hot().read('a')).toEqual(stored)
})

it('is not taken for one that cannot be read because a key service is away: its owner finds it later', async () => {
  const { hot, archive, clock, pass } = world()
  const kms = {
    ...{ id: 'kms', isDown: false, wrap: async (bytes: Uint8Array) => bytes },
    unwrap: async (bytes: Uint8Array) => (kms.isDown ? Promise.reject(new Error('down')) : bytes),
  }
  const keys = [kms, `k1:${Buffer.alloc(32, 7).toString('base64url')}`]
  const process = () => createEngine({ store: hot(), archive, keys, flows: [checkout], clock, effectWaitMs: 50 })
  const owner = { id: 'ada', label: 'a…@example.org' }
  const someone = await atReview(process(), owner)
  pass(1_001)
  kms.isDown = true
  await expect(process().archiver?.write(10)).rejects.toMatchObject({ code: 'store_unavailable' })
  expect(await hot().lag?.()).toMatchObject({ sessions: 1 })
  kms.isDown = false
  pass(minute)
  const there = process()
  await there.archiver?.write(10)
  expect(await hot().lag?.()).toMatchObject({ sessions: 0 })
  expect((await there.sessionsOf(owner)).map(({ session }) => session)).toEqual([idOf(someone)])
})
