// The progress of an effect: what it reports reaches every page that is open, once, in order, wherever that is.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../store/memory.ts'
import { ordered, town } from '../effects/shop.fixture.ts'
import { createEngine } from '../engine.ts'
import { eventually, inside, mute, type Person, person, type Rig, rig, watch } from '../harness.fixture.ts'
import { page, reporting } from './progress.fixture.ts'
import { mostText } from './reporter.ts'

const processes = (flow: unknown, count = 2) => {
  const { store, clock } = town()
  return Array.from({ length: count }, () => rig({ flow: flow as never, store: watch(store), clock, effectWaitMs: 1 }))
}

describe('what an effect reports', () => {
  it('is shown on every device, by every process, in order; the record does not move', async () => {
    const { flow, report, end } = reporting()
    const [here, there] = processes(flow) as [Rig, Rig]
    const someone = await ordered(here)
    const { revision, mark } = await someone.read()
    const pages = await Promise.all([page(here, someone), page(there, someone), page(there, someone)])
    for (const word of ['Once', ' upon', ' a time']) {
      report(word)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    report({ percent: 30 })
    report({ percent: 40 })
    for (const { shown } of pages)
      await eventually(() => expect(shown).toMatchObject({ text: 'Once upon a time', value: { percent: 40 } }))
    expect(await someone.read()).toMatchObject({ revision, mark, pending: ['pay'] })
    // Nothing came twice.
    for (const { hints } of pages)
      expect(hints.flatMap((hint) => (hint.kind === 'part' ? hint.text : [])).join('')).toBe('Once upon a time')
    end()
    for (const { hints } of pages)
      await eventually(() => expect(hints.at(-1)).toEqual({ kind: 'current', effects: {} }))
    expect(await someone.read()).toMatchObject({ value: 'paid', context: { out: 'ch_1' } })
    expect([...here.errors, ...there.errors]).toEqual([])
  })

  it('goes on at the exact character after any cut, on whatever process, with nothing lost or doubled', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 25 }),
      fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 8 }),
      async (words, cuts) => {
        const { flow, report, end } = reporting()
        const all = processes(flow, 3)
        const someone = await ordered(all[0] as Rig)
        const whole = words.join('')
        const speaking = (async () => {
          for (const word of words) {
            report(word)
            await new Promise((resolve) => setTimeout(resolve, 3))
          }
        })()
        let open = await page(all[0] as Rig, someone)
        for (const [nth, ms] of cuts.entries()) {
          await new Promise((resolve) => setTimeout(resolve, ms))
          open.stop()
          const { text, entry, attempt } = open.shown
          expect(whole.startsWith(text)).toBe(true)
          // Every other time the page is loaded anew; else its connection is made again.
          const had = nth % 2 && entry !== undefined ? { text, entry, attempt } : undefined
          open = await page(all[nth % 3] as Rig, someone, had)
        }
        await speaking
        await eventually(() => expect(open.shown.text).toBe(whole))
        open.stop()
        end()
        await Promise.all(all.map(({ engine }) => engine.close(50)))
      },
    )
    await fc.assert(property, { numRuns: 12 })
  })

  it('is never shown as that of a later attempt', async () => {
    const { flow, report, reports, end } = reporting()
    const [here, there] = processes(flow) as [Rig, Rig]
    const someone = await ordered(here)
    const early = await page(there, someone)
    report('the first attempt')
    await eventually(() => expect(early.shown.text).toBe('the first attempt'))
    end({ fail: true })
    await eventually(() => expect(reports).toHaveLength(2))
    await eventually(() => expect(early.shown).toMatchObject({ text: '', attempt: '1.2' }))
    const late = await page(here, someone)
    await eventually(() => expect(late.hints).toContainEqual({ kind: 'current', effects: { pay: '1.2' } }))
    reports[0]?.(' of a process that is gone')
    report('the second')
    for (const { shown } of [early, late]) await eventually(() => expect(shown.text).toBe('the second'))
    end()
  })

  it('is shown though nobody was told that its attempt began', async () => {
    const { flow, report, reports, end } = reporting()
    const { store, clock } = town()
    const [here] = [rig({ flow: flow as never, store: watch(store), clock, effectWaitMs: 1 })]
    const deaf = watch(store, (inner) => ({
      watch: (id, listener) => inner.watch?.(id, (hint) => hint === 'progress' && listener(hint)) ?? (() => {}),
    }))
    const someone = await ordered(here)
    const { shown } = await page(rig({ flow: flow as never, store: deaf, clock }), someone)
    end({ fail: true })
    await eventually(() => expect(reports).toHaveLength(2))
    report('the second')
    await eventually(() => expect(shown).toMatchObject({ text: 'the second', attempt: '1.2' }))
    end()
  })

  it('ends for its pages with the process they are connected to, and begins for none after that', async () => {
    const { flow } = reporting()
    const [here] = processes(flow, 1) as [Rig]
    const someone = await ordered(here)
    const { hints } = await page(here, someone)
    await here.engine.close(0)
    expect(hints.at(-1)).toEqual({ kind: 'closed' })
    expect((await page(here, someone)).hints).toEqual([{ kind: 'closed' }])
  })

  it('is written in batches, not chunk by chunk', async () => {
    const { flow, report, end } = reporting()
    const [here] = processes(flow, 1) as [Rig]
    const someone = await ordered(here)
    const { shown } = await page(here, someone)
    const began = performance.now()
    for (let nth = 0; nth < 300; nth++) {
      report('x')
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await eventually(() => expect(shown.text).toBe('x'.repeat(300)))
    const most = 2 + (performance.now() - began) / 100
    expect(here.store.calls.filter((call) => call === 'addProgress').length).toBeLessThanOrEqual(most)
    end()
  })

  it('is shown only to who may see the session, and is gone with it', async () => {
    const { flow, report } = reporting()
    const [here] = processes(flow, 1) as [Rig]
    const someone = await ordered(here)
    const id = someone.caller.credential?.id ?? ''
    const { shown, hints } = await page(here, someone)
    report('private')
    await eventually(() => expect(shown.text).toBe('private'))
    const stranger = person(here.engine, inside(id))
    await expect(page(here, stranger)).rejects.toMatchObject({ code: 'session_gone' })
    await here.store.remove(id, 60_000)
    await eventually(() => expect(hints.at(-1)).toEqual({ kind: 'gone' }))
    expect(await here.store.progressOf?.(id)).toEqual([])
  })

  it('is bounded: too much text is left out and reported once, a large value fails the attempt', async () => {
    const { flow, report, end } = reporting(1)
    const [here] = processes(flow, 1) as [Rig]
    const someone = await ordered(here)
    const { shown } = await page(here, someone)
    report('x'.repeat(mostText))
    report('y')
    report('z')
    await eventually(() => expect(shown.text).toBe('x'.repeat(mostText)))
    expect(here.errors).toMatchObject([{ code: 'too_large' }])
    expect(() => report({ text: 'x'.repeat(5_000) })).toThrow(expect.objectContaining({ code: 'too_large' }))
    for (const value of [undefined, () => {}, 1n])
      expect(() => report(value)).toThrow(expect.objectContaining({ code: 'not_serializable' }))
    end()
  })

  it('holds no effect up where the store fails, and comes whole once it is back', async () => {
    const { flow, report, end } = reporting()
    const { store, clock } = town()
    let down = true
    const shaky = watch(store, (inner) => ({
      addProgress: (...args) => (down ? Promise.reject(new Error('down')) : (inner.addProgress?.(...args) as never)),
    }))
    const here = rig({ flow: flow as never, store: shaky, clock, effectWaitMs: 1 })
    const someone = await ordered(here)
    const { shown } = await page(here, someone)
    report('before ')
    await eventually(() => expect(here.errors).toMatchObject([{ code: 'store_unavailable' }]))
    report('and after')
    down = false
    await eventually(() => expect(shown.text).toBe('before and after'))
    expect(here.errors).toHaveLength(1)
    end()
    await eventually(async () => expect(await someone.read()).toMatchObject({ value: 'paid' }))
  })

  it('is shown as far as it came where a store cannot tell of more', async () => {
    const { flow, report, end } = reporting()
    const { store, clock } = town()
    const here = rig({ flow: flow as never, store, clock, effectWaitMs: 1 })
    const someone = await ordered(here)
    report('so far')
    await eventually(() => expect(store.calls).toContain('addProgress'))
    const deaf = rig({ flow: flow as never, store: watch(mute(store)), clock })
    const { shown, stop } = await page(deaf, someone)
    await eventually(() => expect(shown.text).toBe('so far'))
    expect(deaf.errors).toEqual([])
    stop()
    end()
  })

  it('is shown whole to a page that names an entry of another store', async () => {
    const { flow, report, end } = reporting()
    const { store, clock } = town()
    const strict = watch(store, (inner) => ({
      progressOf: (id, after) =>
        after === undefined ? (inner.progressOf?.(id) as never) : Promise.reject(new Error('no such entry')),
    }))
    const here = rig({ flow: flow as never, store: strict, clock, effectWaitMs: 1 })
    const someone = await ordered(here)
    report('so far')
    await eventually(() => expect(here.store.calls).toContain('addProgress'))
    const { shown, stop } = await page(here, someone, { text: '', attempt: '', entry: 'of another store' })
    await eventually(() => expect(shown.text).toBe('so far'))
    expect(here.errors).toEqual([])
    stop()
    end()
  })

  it('goes nowhere in a store without progress, where effects run all the same', async () => {
    const { flow, report, end } = reporting()
    const { addProgress, progressOf, ...plain } = memoryStore()
    const here = rig({ flow: flow as never, store: watch(plain), effectWaitMs: 1 })
    const someone = await ordered(here)
    const { hints, shown } = await page(here, someone)
    report('unheard')
    end()
    await eventually(async () => expect(await someone.read()).toMatchObject({ value: 'paid' }))
    expect(shown.text).toBe('')
    expect(hints).toContainEqual({ kind: 'current', effects: { pay: '1.1' } })
    expect(here.errors).toEqual([])
  })
})

it('[M44] progress is sealed for its session: a copy of the store shows none, nor another session', async () => {
  const { flow, report } = reporting()
  const store = memoryStore()
  const keys = `k1:${Buffer.alloc(32, 7).toString('base64url')}`
  const engine = createEngine({ store, flows: [flow], keys, effectWaitMs: 1 })
  const [ada, eve] = [await ordered({ engine } as Rig), await ordered({ engine } as Rig)]
  report('of Eve')
  const idOf = ({ caller }: Person) => caller.credential?.id ?? ''
  await eventually(async () => expect(await store.progressOf(idOf(eve))).toHaveLength(1))
  const [entry] = await store.progressOf(idOf(eve))
  expect(entry?.text).not.toMatch(/Eve|pay/)
  await store.addProgress(idOf(ada), entry?.text ?? '', { keep: 10, ttlMs: 1_000 })
  expect(await engine.store.progressOf?.(idOf(ada))).toEqual([])
  expect(await engine.store.progressOf?.(idOf(eve))).toMatchObject([{ text: expect.stringContaining('of Eve') }])
  await engine.close(0)
})
