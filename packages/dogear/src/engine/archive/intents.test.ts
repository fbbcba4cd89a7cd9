// An effect after a rollback: the same parameters are the same call, others are an error and never a second charge.

import { describe, expect, it } from 'vitest'
import { DogearError } from '../../errors.ts'
import type { EffectCall } from '../../flow/machine.ts'
import { eventually, type Person, person } from '../harness.fixture.ts'
import { shopFlow, world } from './world.fixture.ts'

/** A shop whose provider answers once for each idempotency key, and what it was called with. */
function shop(durability?: 'memory') {
  const calls: { effectId: string; input: unknown }[] = []
  const errors: unknown[] = []
  const town = world()
  const provider = async ({ effectId, input }: EffectCall) => {
    calls.push({ effectId, input })
    return `paid ${input}`
  }
  const process = (pay = provider) => town.process(shopFlow(pay, durability), (error) => errors.push(error))
  const codes = () => errors.map((error) => (error as DogearError).code)
  return { ...town, calls, errors, codes, process }
}

const idOf = ({ caller }: Person): string => caller.credential?.id ?? ''
const failureOf = async (someone: Person) => ((await someone.read()).context as { failure: unknown }).failure

/** A person whose order was paid, and then lost by the fast store; `archivesAll`: after the archive had all of it. */
async function lostOrder({ process, write, lose }: ReturnType<typeof shop>, archivesAll: boolean): Promise<Person> {
  const engine = process()
  const someone = person(engine)
  await someone.send('say')
  await someone.send('order')
  await eventually(async () => expect((await someone.read()).context).toMatchObject({ receipt: 'paid 1' }))
  if (archivesAll) await write(engine)
  await lose(idOf(someone), 2)
  return person(process(), someone.caller.credential)
}

describe('after the fast store went back behind an order', () => {
  it.each([
    ['the archive has what followed', true],
    ['it has the order alone', false],
  ])('the same order goes out under the same id: %s', async (_, archivesAll) => {
    const town = shop()
    const { calls, errors } = town
    const again = await lostOrder(town, archivesAll)
    await again.send('order')
    await eventually(async () => expect((await again.read()).context).toMatchObject({ receipt: 'paid 1' }))
    expect(calls).toHaveLength(2)
    expect(calls[1]).toEqual(calls[0])
    expect(errors).toEqual([])
  })

  it.each([
    ['the archive has what followed', true],
    ['it has the order alone', false],
  ])('another order is told the machine, and its provider is not called: %s', async (_, archivesAll) => {
    const town = shop()
    const { calls, codes, errors } = town
    const again = await lostOrder(town, archivesAll)
    await again.send('say')
    await again.send('order')
    await eventually(async () => expect(await failureOf(again)).toMatchObject({ code: 'effect_parameters_changed' }))
    expect(calls).toHaveLength(1)
    expect(codes()).toEqual(['effect_parameters_changed'])
    expect(errors[0]).toMatchObject({ reference: expect.stringMatching(/^[\w-]{10}$/) })
    expect(String(errors[0])).not.toMatch(/\b[12]\b/)
  })

  it('an order that follows is one of its own', async () => {
    const { process, lose, calls } = shop()
    const someone = person(process())
    await someone.send('say')
    await someone.send('order')
    await eventually(() => expect(calls).toHaveLength(1))
    await lose(idOf(someone), 2)
    const again = person(process(), someone.caller.credential)
    await again.send('say')
    await again.send('order')
    await eventually(async () => expect(await failureOf(again)).not.toBeNull())
    await again.send('order')
    await eventually(() => expect(calls).toHaveLength(2))
    expect(calls[1]?.effectId).not.toBe(calls[0]?.effectId)
  })
})

it('an effect that does not wait for the archive asks it nothing', async () => {
  const { process, breakArchive } = shop('memory')
  breakArchive(new Error('away'))
  const someone = person(process())
  await someone.send('order')
  await eventually(async () => expect((await someone.read()).context).toMatchObject({ receipt: 'paid 0' }))
})

it('a provider that knows the id with other parameters says so once: it is not asked again', async () => {
  const { process, codes } = shop()
  let calls = 0
  const engine = process(async () => {
    calls++
    throw new DogearError('effect_parameters_changed', 'the provider has other parameters under this key')
  })
  const someone = person(engine)
  await someone.send('order')
  await eventually(async () => expect(await failureOf(someone)).toMatchObject({ code: 'effect_parameters_changed' }))
  expect(calls).toBe(1)
  expect(codes()).toEqual(['effect_failed'])
})
