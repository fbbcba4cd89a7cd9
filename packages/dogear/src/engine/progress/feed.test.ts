// Progress as one process reads it for all that follow a session: how often, from where, after a failure.

import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../store/memory.ts'
import { ordered, town } from '../effects/shop.fixture.ts'
import { eventually, mute, type Rig, rig, watch } from '../harness.fixture.ts'
import { page, reporting } from './progress.fixture.ts'

const devices = 20

describe('the devices that watch one session in one process', () => {
  it('cost one read of the store for each part, however many they are', async () => {
    const { flow, report, end } = reporting()
    const here = rig({ flow: flow as never, effectWaitMs: 1 })
    const someone = await ordered(here)
    const pages = await Promise.all(Array.from({ length: devices }, () => page(here, someone)))
    report('0')
    for (const { shown } of pages) await eventually(() => expect(shown.text).toBe('0'))
    here.store.calls.length = 0
    for (let text = '0'; text.length < 5; ) {
      text += text.length
      report(text.slice(-1))
      for (const { shown } of pages) await eventually(() => expect(shown.text).toBe(text))
    }
    const asked = (name: string) => here.store.calls.filter((call) => call === name).length
    expect(asked('addProgress')).toBe(4)
    expect(asked('progressOf')).toBe(4)
    // Nobody reads the record for a part.
    expect(asked('read')).toBe(0)
    end()
    for (const { hints } of pages)
      await eventually(() => expect(hints.at(-1)).toEqual({ kind: 'current', effects: {} }))
    expect(asked('read')).toBeLessThanOrEqual(2)
    for (const { stop } of pages) stop()
  })

  it('share what was read with one that comes later, and the last that goes takes it along', async () => {
    const { flow, report, end } = reporting()
    const here = rig({ flow: flow as never, effectWaitMs: 1 })
    const someone = await ordered(here)
    const first = await page(here, someone)
    for (const word of ['Once', ' upon', ' a time']) {
      report(word)
      await eventually(() => expect(first.shown.text).toMatch(new RegExp(`${word}$`)))
    }
    const late = await page(here, someone)
    await eventually(() => expect(late.shown.text).toBe('Once upon a time'))
    expect(late.hints.filter(({ kind }) => kind === 'part')).toHaveLength(1)
    for (const { stop } of [first, late]) stop()
    here.store.calls.length = 0
    report(', all was well')
    await eventually(() => expect(here.store.calls).toContain('addProgress'))
    expect(here.store.calls).not.toContain('progressOf')
    const anew = await page(here, someone)
    await eventually(() => expect(anew.shown.text).toBe('Once upon a time, all was well'))
    end()
  })
})

/** A process that looks for progress every 250 ms, so that it finds several parts at once. */
async function looking(flow: unknown, fail: () => boolean = () => false) {
  const slow = watch(mute(memoryStore()), ({ progressOf }) => ({
    progressOf: (...args) => (fail() ? Promise.reject(new Error('down')) : (progressOf?.(...args) as never)),
  }))
  const here: Rig = rig({ flow: flow as never, store: slow, effectWaitMs: 1, pollMs: 250 })
  return { here, someone: await ordered(here) }
}

describe('progress in a store that tells nobody', () => {
  it('is found by looking, and a cut between two parts that were found together loses neither', async () => {
    const { flow, report, end } = reporting()
    const { here, someone } = await looking(flow)
    const { shown, hints } = await page(here, someone)
    for (let nth = 0; nth < 60; nth++) {
      report(`${nth} `)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const whole = Array.from({ length: 60 }, (_, nth) => `${nth} `).join('')
    await eventually(() => expect(shown.text).toBe(whole))
    const parts = hints.flatMap((hint) => (hint.kind === 'part' ? [hint] : []))
    expect(parts.length).toBeGreaterThan(4)
    for (const [nth, { entry, attempt }] of parts.entries()) {
      const text = parts.slice(0, nth + 1).map(({ text }) => text)
      const again = await page(here, someone, { text: text.join(''), entry, attempt })
      await eventually(() => expect(again.shown.text).toBe(whole))
      // It goes on there: nothing that the page has is sent again.
      expect(again.hints.flatMap((hint) => (hint.kind === 'part' ? hint.text : [])).join('')).toBe(
        whole.slice(text.join('').length),
      )
      again.stop()
    }
    end()
  })

  it('is looked for only while something is under way and somebody follows', async () => {
    const { flow, report, end } = reporting()
    const { here, someone } = await looking(flow)
    const { shown, hints, stop } = await page(here, someone)
    report('said')
    await eventually(() => expect(shown.text).toBe('said'))
    end()
    await eventually(() => expect(hints.at(-1)).toEqual({ kind: 'current', effects: {} }))
    here.store.calls.length = 0
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(here.store.calls).not.toContain('progressOf')
    stop()
  })
})

it('progress that could not be read is read again, also if it was the last', async () => {
  const { flow, report, end } = reporting()
  let failures = 0
  const store = watch(memoryStore(), ({ progressOf }) => ({
    progressOf: (...args) =>
      failures > 0 && failures-- ? Promise.reject(new Error('down')) : (progressOf?.(...args) as never),
  }))
  const here = rig({ flow: flow as never, store, effectWaitMs: 1, pollMs: 20 })
  const someone = await ordered(here)
  const { shown } = await page(here, someone)
  report('before')
  await eventually(() => expect(shown.text).toBe('before'))
  failures = 2
  report(', and the last')
  await eventually(() => expect(shown.text).toBe('before, and the last'))
  expect(here.errors).toMatchObject([{ code: 'store_unavailable' }, { code: 'store_unavailable' }])
  end()
})

describe('an attempt whose state was left', () => {
  it('is aborted, and shows nothing that it says after that, nor what was on its way to the store', async () => {
    const { flow, report, reports, signals } = reporting()
    const { store, clock } = town()
    let go = (): void => {}
    let held = Promise.resolve()
    const slow = watch(store, ({ addProgress }) => ({
      addProgress: async (...args) => {
        await held
        return addProgress?.(...args) ?? false
      },
    }))
    const [here, there] = [slow, watch(store)].map((store) =>
      rig({ flow: flow as never, store, clock, effectWaitMs: 1 }),
    )
    const someone = await ordered(here as Rig)
    const { shown, hints } = await page(there as Rig, someone)
    report('shown')
    await eventually(() => expect(shown.text).toBe('shown'))
    held = new Promise((resolve) => {
      go = resolve
    })
    report(', on its way')
    await eventually(() => expect(slow.calls.filter((call) => call === 'addProgress')).toHaveLength(2))
    await someone.send('leave')
    expect(signals[0]?.aborted).toBe(true)
    reports[0]?.(', too late')
    go()
    await eventually(async () => expect(await store.progressOf?.(idOf(someone))).toHaveLength(2))
    await someone.send('order')
    await eventually(() => expect(hints.at(-1)).toEqual({ kind: 'current', effects: { pay: '2.1' } }))
    reports[1]?.('anew')
    await eventually(() => expect(shown.text).toBe('anew'))
    const told = hints.flatMap((hint) => (hint.kind === 'part' ? [[hint.attempt, hint.text]] : []))
    expect(told).toEqual([
      ['1.1', 'shown'],
      ['2.1', 'anew'],
    ])
    expect(await (there as Rig).engine.readProgress('checkout', someone.caller)).toEqual({
      pay: { attempt: '2.1', text: 'anew', value: undefined },
    })
    expect(JSON.stringify(await store.progressOf?.(idOf(someone)))).not.toContain('too late')
  })

  it('does not go on in a page that was away while its state was left and entered again', async () => {
    const { flow, report, reports } = reporting()
    const here = rig({ flow: flow as never, effectWaitMs: 1 })
    const someone = await ordered(here)
    const before = await page(here, someone)
    report('a long answer to the first question')
    await eventually(() => expect(before.shown.text).not.toBe(''))
    const { text, entry, attempt } = before.shown
    before.stop()
    await someone.send('leave')
    await someone.send('order')
    reports[1]?.('brief')
    const after = await page(here, someone, { text, entry, attempt })
    await eventually(() => expect(after.shown.text).toBe('brief'))
  })
})

const idOf = ({ caller }: Awaited<ReturnType<typeof ordered>>): string => caller.credential?.id ?? ''
