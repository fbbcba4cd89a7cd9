// Several sessions of a flow in one browser, each under a key of its own.

import { expect, it } from 'vitest'
import { comeIn, offer } from '../handover.fixture.ts'
import { person, rig, unseal } from '../harness.fixture.ts'

const ada = { id: 'hash-of-ada', label: 'a•••@example.org' }

it('a session is under its key in every browser, and opens under no other one', async () => {
  const { engine } = rig()
  const someone = person(engine, undefined, ada)
  someone.caller.key = 'order-42'
  await someone.send('shipping.submitted', { name: 'Ada' })
  const [saved] = await engine.sessionsOf(ada)
  expect(saved).toMatchObject({ flow: 'checkout', key: 'order-42', step: 'payment' })
  const { link } = await offer(engine, someone)
  expect(await engine.findHandoff(link)).toMatchObject({ key: 'order-42' })

  const open = (key: string | undefined) => {
    const here = { credential: undefined, key }
    return engine.open('checkout', saved?.session ?? '', { device: unseal, owner: ada, here })
  }
  for (const key of [undefined, 'order-43'])
    await expect(open(key)).rejects.toMatchObject({ name: 'DogearError', code: 'not_found' })
  expect(await open('order-42')).toMatchObject({ outcome: 'applied', view: { step: 'payment' } })
  await expect(comeIn(engine, link)).rejects.toMatchObject({ code: 'handoff_gone' })
})

it('a session under no key opens under none', async () => {
  const { engine } = rig()
  const someone = person(engine, undefined, ada)
  await someone.send('shipping.submitted', { name: 'Ada' })
  const [saved] = await engine.sessionsOf(ada)
  expect(saved).not.toHaveProperty('key')
  const here = { credential: undefined, key: 'order-42' }
  const entrance = { device: unseal, owner: ada, here }
  await expect(engine.open('checkout', saved?.session ?? '', entrance)).rejects.toMatchObject({ code: 'not_found' })
})
