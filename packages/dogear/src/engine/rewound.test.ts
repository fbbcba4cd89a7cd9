// A store that lost its last writes: no fork, no silent overwrite, and everybody who saw what is lost is told.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { forgetful } from '../store/forgetful.fixture.ts'
import { positionOf } from '../turn/record.ts'
import type { Position, View } from '../wire.ts'
import type { Engine } from './contract.ts'
import { createEngine } from './engine.ts'
import { atReview, eventually, person, rig, watch } from './harness.fixture.ts'

const seenIn = (view: View): { position: Position } => ({ position: positionOf(view) })

it('a process that had read what is lost neither shows it nor writes it over what came after', async () => {
  const store = forgetful()
  const [here, there] = [rig({ store: watch(store) }).engine, rig({ store: watch(store) }).engine]
  const someone = await atReview(here)
  const id = someone.caller.credential?.id ?? ''
  const { view: lost } = await someone.send('note.added')
  await store.lose(id, 1)

  const other = person(there, someone.caller.credential)
  const { view: after } = await other.send(
    'payment.submitted',
    { token: 'tok_other' },
    { step: 'payment', ...seenIn(await other.read()) },
  )
  expect([after.revision, after.mark === lost.mark]).toEqual([lost.revision, false])

  expect(await someone.read()).toEqual(after)
  expect(await someone.send('note.added', {}, seenIn(lost))).toMatchObject({
    outcome: 'rejected',
    code: 'rewound',
    view: after,
  })
  expect(await someone.read()).toEqual(after)
  const { view } = await someone.send('note.added', {}, seenIn(after))
  expect(view.revision).toBe(after.revision + 1)
})

it('a store that lost all of a session has no session: the page is told so', async () => {
  const store = forgetful()
  const someone = await atReview(rig({ store: watch(store) }).engine)
  const { view: lost } = await someone.send('note.added')
  await store.lose(someone.caller.credential?.id ?? '', 99)
  expect(await someone.send('note.added', {}, seenIn(lost))).toMatchObject({ code: 'session_gone' })
})

it('a follower is told the position the session has gone back to', async () => {
  const store = forgetful()
  const { engine } = rig({ store: watch(store) })
  const someone = await atReview(engine)
  const kept = positionOf(await someone.read())
  const heard: unknown[] = []
  await engine.watch('checkout', someone.caller, (hint) => heard.push(hint))
  const { view } = await someone.send('note.added')
  await store.lose(someone.caller.credential?.id ?? '', 1)
  await eventually(() => expect(heard).toEqual([kept, positionOf(view), kept]))
})

type Act = { kind: 'send' | 'read' | 'lose'; page: number; engine: number; commits: number }

const scripts = fc.array(
  fc.record({
    kind: fc.constantFrom('send' as const, 'send' as const, 'send' as const, 'read' as const, 'lose' as const),
    page: fc.nat(2),
    engine: fc.nat(1),
    commits: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 5, maxLength: 40 },
)

it('events, reads and losses in any order make no fork, and every page of a lost state is told', async () => {
  let told = 0
  await fc.assert(
    fc.asyncProperty(scripts, async (script: Act[]) => {
      const store = forgetful()
      const engines: Engine[] = [0, 1].map(() => createEngine({ store, flows: [checkout] }))
      const someone = await atReview(engines[0] as Engine)
      const id = someone.caller.credential?.id ?? ''
      const first = await someone.read()
      /** The states the store holds, and what each page has seen last. */
      let chain = [first]
      const pages = [first, first, first]
      for (const { kind, page, engine, commits } of script) {
        const at = person(engines[engine] as Engine, someone.caller.credential)
        const seen = pages[page] as View
        if (kind === 'lose') {
          const lost = Math.min(commits, chain.length - 1)
          if (lost > 0) await store.lose(id, lost)
          chain = chain.slice(0, chain.length - lost)
        } else if (kind === 'read') {
          pages[page] = await at.read()
        } else {
          const reply = await at.send('note.added', {}, { step: 'review', ...seenIn(seen) })
          const known = chain.some(({ mark }) => mark === seen.mark)
          const old = (chain.at(-1)?.revision ?? 0) - seen.revision > 12
          if (reply.outcome === 'rejected') {
            told++
            expect([reply.code, known]).toEqual(['rewound', false])
          } else {
            expect(known || old).toBe(true)
            chain = [...chain, reply.view]
          }
          pages[page] = reply.view
        }
        expect(pages[page]?.mark === seen.mark || pages[page]?.mark === chain.at(-1)?.mark).toBe(true)
        const stored = await store.read(id)
        expect(typeof stored === 'object' && stored.position).toEqual(positionOf(chain.at(-1) as View))
      }
    }),
    { numRuns: 150 },
  )
  expect(told).toBeGreaterThan(0)
}, 60_000)
