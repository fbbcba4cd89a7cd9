// Keys change while people are at work: in the right order nobody notices, in a wrong one nothing is lost.

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyIdOf } from '../../codec/sealed.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Credential, EngineOptions } from '../contract.ts'
import { atReview, type Person, person, rig, type Watched, watch } from '../harness.fixture.ts'

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const [one, two] = [newKey('k1'), newKey('k2')]
type Phase = Pick<EngineOptions, 'keys' | 'sealing'>

/** From no keys to the first one, then from the first to the second. */
const phases: [name: string, phase: Phase][] = [
  ['without keys', {}],
  ['first key distributed', { keys: one, sealing: 'off' }],
  ['first key promoted', { keys: one }],
  ['first key required, after a sweep', { keys: one, sealing: 'required' }],
  ['second key distributed', { keys: `${one},${two}` }],
  ['second key promoted', { keys: `${two},${one}` }],
  ['first key retired, after a sweep', { keys: two }],
]
const sweptBefore = ['first key required, after a sweep', 'first key retired, after a sweep']

const writes = ({ keys, sealing }: Phase): string | undefined =>
  keys === undefined || sealing === 'off' ? undefined : String(keys).slice(0, 2)
const opens = ({ keys, sealing }: Phase, sealedWith: string | undefined): boolean =>
  sealedWith === undefined ? sealing !== 'required' : String(keys).includes(`${sealedWith}:`)

const processOf = (store: Watched, phase: Phase) => rig({ store, ...phase }).engine
const at = (store: Watched, phase: Phase, credential: Credential | undefined) =>
  person(processOf(store, phase), credential)
const idOf = (someone: Person): string => someone.caller.credential?.id ?? ''

async function keyOf(store: Watched, id: string): Promise<string | undefined> {
  const found = await store.read(id)
  return typeof found === 'object' ? keyIdOf(found.bytes) : 'nothing'
}

it('[M41] goes from no keys to a second one under people half-way, by processes old and new', async () => {
  const store = watch(memoryStore())
  const people: Person[] = []
  let turns = 0
  for (const [index, [name, phase]] of phases.entries()) {
    const before = phases[index - 1]?.[1] ?? phase
    if (sweptBefore.includes(name))
      for (const someone of people) await at(store, before, someone.caller.credential).send('note.added')
    // A rolling deploy: each request of each person may come to a process of either kind, in either order.
    for (const phases of [[before, phase], [phase, before], [phase]])
      for (const running of phases) {
        people.push(await atReview(processOf(store, running)))
        for (const someone of people) {
          const there = at(store, running, someone.caller.credential)
          expect((await there.send('note.added')).outcome).toBe('applied')
          expect(await keyOf(store, idOf(someone))).toBe(writes(running))
          turns++
        }
      }
  }
  expect(turns).toBeGreaterThan(500)
  for (const someone of people)
    expect(await at(store, phases.at(-1)?.[1] ?? {}, someone.caller.credential).read()).toMatchObject({
      step: 'review',
    })
})

describe.each(phases)('what a process %s wrote', (_, writer) => {
  it.each(phases)('[M41] [M42] is applied to or kept by one %s, never lost', async (_, reader) => {
    const store = watch(memoryStore())
    const someone = await atReview(processOf(store, writer))
    const before = await store.read(idOf(someone))
    const there = at(store, reader, someone.caller.credential)
    if (opens(reader, writes(writer))) {
      expect(await there.send('note.added')).toMatchObject({
        outcome: 'applied',
        view: { step: 'review', revision: 3 },
      })
    } else {
      const unreadable = expect.objectContaining({ code: 'record_unreadable' })
      await expect(there.read()).rejects.toThrow(unreadable)
      await expect(there.send('note.added')).rejects.toThrow(unreadable)
      expect(await store.read(idOf(someone))).toEqual(before)
      // Mended by the keys that were missing: everything goes on.
      const mended = at(store, { keys: `${two},${one}` }, someone.caller.credential)
      expect((await mended.send('note.added')).outcome).toBe('applied')
    }
  })
})
