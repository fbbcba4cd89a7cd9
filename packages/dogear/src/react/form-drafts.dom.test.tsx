// Typed values are kept without a press of a button, except those that must not be kept.

import { act, fireEvent, render } from '@testing-library/react'
import { Activity, type ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ada, asJson, detailsSubmitted, flowUrl } from '../../fixtures/order.ts'
import type { FlowForm } from './flow-form.tsx'
import { field, fields, offline, openForm, pass, show, submit, Turning, type, values } from './form-page.fixture.tsx'

const cardNumber = '4111 1111 1111 1111'
let visibility: DocumentVisibilityState = 'visible'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  Object.defineProperty(document, 'visibilityState', { get: () => visibility, configurable: true })
})
afterEach(() => {
  visibility = 'visible'
  vi.useRealTimers()
})

const hide = () => {
  visibility = 'hidden'
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}

describe('what is typed', () => {
  it('is saved after a short rest, only what changed, and found there by the next page', async () => {
    const { element, drafts, draft, status } = await openForm()
    await show(element)
    type('name', 'Ada')
    await pass(799)
    expect(drafts).toEqual([])
    await pass(1)
    expect(values(drafts)).toEqual([{ name: 'Ada' }])
    expect((await draft())?.values).toEqual({ name: 'Ada' })
    expect(status()).toMatchObject({ state: 'saved' })
    type('email', 'ada@')
    await pass(800)
    expect(values(drafts)).toEqual([{ name: 'Ada' }, { email: 'ada@' }])
  })

  it('is saved at least every second and a half while the typing goes on', async () => {
    const { element, drafts } = await openForm()
    await show(element)
    for (const name of ['A', 'Ad', 'Ada', 'Ada ']) {
      type('name', name)
      await pass(500)
    }
    expect(values(drafts)).toEqual([{ name: 'Ada' }])
  })

  it('costs no render', async () => {
    const { element, renders } = await openForm()
    await show(element)
    await pass(0)
    const before = renders()
    for (const name of ['A', 'Ad', 'Ada']) type('name', name)
    expect(renders()).toBe(before)
    expect(field('name').value).toBe('Ada')
  })

  it('is saved when its field is left, unless for the button that submits it', async () => {
    const { element, drafts, events } = await openForm()
    await show(element)
    type('name', 'Ada')
    fireEvent.focusOut(field('name'))
    await pass(200)
    expect(values(drafts)).toEqual([{ name: 'Ada' }])
    type('email', ada.email)
    fireEvent.focusOut(field('email'))
    submit()
    await pass(2000)
    expect([drafts.length, events.length]).toEqual([1, 1])
  })

  it('is saved as it was emptied, unchecked and taken out', async () => {
    const { element, drafts, draft } = await openForm()
    await show(element)
    type('name', 'Ada')
    fireEvent.click(field('gift'))
    fireEvent.click(field('card'))
    await pass(800)
    type('name', '')
    fireEvent.click(field('gift'))
    await pass(800)
    fireEvent.click(field('card'))
    await pass(800)
    expect(values(drafts)).toEqual([
      { name: 'Ada', extras: ['gift', 'card'] },
      { name: '', extras: 'card' },
      { extras: '' },
    ])
    expect((await draft())?.values).toEqual({ name: '', extras: '' })
  })

  it('goes with a field that is taken out of the form', async () => {
    const noted = { turn: () => {} }
    const note = <input name="note" aria-label="note" />
    const children = (
      <>
        <input name="name" aria-label="name" />
        <Turning noted={noted} one={note} other={null} />
      </>
    )
    const { element, drafts, draft } = await openForm({ children })
    await show(element)
    type('note', 'x')
    await pass(800)
    act(() => noted.turn())
    type('name', 'Ada')
    await pass(800)
    expect(values(drafts)).toEqual([{ note: 'x' }, { name: 'Ada', note: null }])
    expect((await draft())?.values).toEqual({ name: 'Ada' })
  })

  it('is not lost when the page shows something else in place of all fields', async () => {
    const noted = { turn: () => {} }
    const children = <Turning noted={noted} one={<input name="name" aria-label="name" />} other={<p>One moment</p>} />
    const { element, draft } = await openForm({ children })
    await show(element)
    type('name', 'Ada')
    await pass(800)
    act(() => noted.turn())
    hide()
    await pass(2000)
    expect((await draft())?.values).toEqual({ name: 'Ada' })
  })

  it('stays where it is while its field is disabled', async () => {
    const noted = { turn: () => {} }
    const note = (disabled: boolean) => (
      <fieldset disabled={disabled} key="note">
        <input name="note" aria-label="note" />
      </fieldset>
    )
    const children = (
      <>
        <input name="name" aria-label="name" />
        <Turning noted={noted} one={note(false)} other={note(true)} />
      </>
    )
    const { element, drafts, draft } = await openForm({ children })
    await show(element)
    type('note', 'x')
    await pass(800)
    act(() => noted.turn())
    type('name', 'Ada')
    await pass(800)
    expect(values(drafts)).toEqual([{ note: 'x' }, { name: 'Ada' }])
    expect((await draft())?.values).toEqual({ note: 'x', name: 'Ada' })
  })

  it('takes hidden fields along the first time, and they never go alone', async () => {
    const children = (
      <>
        <input type="hidden" name="method" value="invoice" />
        <input name="company" aria-label="company" />
      </>
    )
    const { element, drafts } = await openForm({ children })
    await show(element)
    fireEvent.focusOut(field('company'))
    await pass(2000)
    expect(drafts).toEqual([])
    type('company', 'Analytical')
    await pass(800)
    type('company', 'Analytical Engines')
    await pass(800)
    expect(values(drafts)).toEqual([{ method: 'invoice', company: 'Analytical' }, { company: 'Analytical Engines' }])
  })

  it('is nothing while nobody types: a visit begins no session', async () => {
    const { element, drafts } = await openForm({
      children: (
        <>
          <select name="country" aria-label="country" defaultValue="FI">
            <option value="SE">Sweden</option>
            <option value="FI">Finland</option>
          </select>
          <input type="range" name="amount" aria-label="amount" />
          <input name="name" aria-label="name" defaultValue="Ada" />
        </>
      ),
    })
    await show(element)
    fireEvent.focusOut(field('name'))
    await pass(5000)
    hide()
    await pass(5000)
    expect(drafts).toEqual([])
  })

  it('is left alone if the page says so', async () => {
    const { element, drafts } = await openForm({ props: { autosave: false } })
    await show(element)
    type('name', 'Ada')
    await pass(5000)
    hide()
    expect(drafts).toEqual([])
  })
})

describe('what must not be kept', () => {
  it.each([
    ['a password', <input key="a" type="password" name="secret" aria-label="secret" />],
    ['a password that is shown', <input key="b" name="secret" autoComplete="new-password" aria-label="secret" />],
    ['a card field', <input key="c" name="secret" autoComplete="section-x billing cc-csc" aria-label="secret" />],
    ['a field marked as secret', <input key="d" name="secret" data-secret aria-label="secret" />],
    [
      'a field within something secret',
      <div key="e" data-secret>
        <textarea name="secret" aria-label="secret" />
      </div>,
    ],
  ])('is %s, typed or refused', async (_, secret) => {
    const { element, drafts, replies } = await openForm({
      children: (
        <>
          {secret}
          {fields}
        </>
      ),
    })
    await show(element)
    type('secret', 'xyzzy')
    type('name', 'Ada')
    await pass(800)
    submit()
    await pass(800)
    expect(replies).toMatchObject([{ ok: false }])
    expect(drafts.length).toBeGreaterThan(1)
    expect(JSON.stringify(drafts)).not.toContain('xyzzy')
    expect(drafts.every((draft) => !('secret' in draft.values))).toBe(true)
  })

  it('is a file', async () => {
    const { element, drafts } = await openForm({
      children: (
        <>
          <input type="file" name="photo" aria-label="photo" />
          {fields}
        </>
      ),
    })
    await show(element)
    fireEvent.change(field('photo'), { target: { files: [new File(['x'], 'me.png')] } })
    type('name', 'Ada')
    await pass(800)
    expect(values(drafts)).toEqual([{ name: 'Ada' }])
  })

  it('is a card number in any field; the others are kept, and it is not sent again', async () => {
    const { element, drafts, draft, status } = await openForm()
    await show(element)
    type('note', cardNumber)
    type('name', 'Ada')
    await pass(800)
    expect((await draft())?.values).toEqual({ name: 'Ada' })
    expect(status()).toMatchObject({ state: 'failed', problem: { issues: [{ path: ['note'] }] } })
    drafts.length = 0
    type('name', 'Ada L.')
    await pass(10_000)
    expect(values(drafts)).toEqual([{ name: 'Ada L.' }])
    type('note', 'none')
    await pass(800)
    expect((await draft())?.values).toEqual({ name: 'Ada L.', note: 'none' })
    expect(status()).toMatchObject({ state: 'saved', problem: null })
  })

  it.each([
    ['', undefined],
    [', over what was submitted', { note: 'ring twice' }],
  ])(
    'is a card number of which the beginning was kept%s; taking that out is no change from elsewhere',
    async (_, answered) => {
      const { element, conflicts, draft, status } = await openForm({ answers: () => answered ?? null })
      await show(element)
      type('note', cardNumber.slice(0, 14))
      await pass(800)
      expect((await draft())?.values).toEqual({ note: cardNumber.slice(0, 14) })
      type('note', cardNumber)
      await pass(800)
      expect((await draft())?.values ?? {}).toEqual({})
      expect(status()).toMatchObject({ state: 'failed' })
      type('note', 'none')
      await pass(800)
      expect((await draft())?.values).toEqual({ note: 'none' })
      expect(conflicts).toEqual([])
    },
  )
})

describe('a page that is left', () => {
  it.each([
    ['hidden', hide],
    ['unloaded', () => act(() => void window.dispatchEvent(new Event('pagehide')))],
  ])('and %s saves what is not saved at once, and once', async (_, leave) => {
    const { element, drafts } = await openForm()
    await show(element)
    type('name', 'Ada')
    leave()
    expect(drafts).toMatchObject([{ method: 'PUT', keepalive: true, values: { name: 'Ada' } }])
    act(() => void window.dispatchEvent(new Event('pagehide')))
    await pass(2000)
    expect(drafts).toHaveLength(1)
  })

  it('sends again what is still on its way, as that may be lost with the page', async () => {
    const { element, drafts, trouble } = await openForm()
    await show(element)
    trouble.push(() => new Promise(() => {}))
    type('name', 'Ada')
    await pass(800)
    type('email', 'a')
    hide()
    expect(values(drafts)).toEqual([{ name: 'Ada' }, { name: 'Ada', email: 'a' }])
  })

  it('for another page of the application saves what is not saved', async () => {
    const { element, drafts } = await openForm()
    const { unmount } = await show(element)
    type('name', 'Ada')
    unmount()
    await pass(0)
    expect(drafts).toMatchObject([{ keepalive: false, values: { name: 'Ada' } }])
  })

  it('in a hidden route saves what is not saved, and goes on when it is shown', async () => {
    const { element, drafts } = await openForm()
    const route = (mode: 'visible' | 'hidden') => <Activity mode={mode}>{element}</Activity>
    const { rerender } = await show(route('visible'))
    type('name', 'Ada')
    rerender(route('hidden'))
    await pass(0)
    expect(values(drafts)).toEqual([{ name: 'Ada' }])
    rerender(route('visible'))
    await pass(5000)
    type('name', 'Ada L.')
    await pass(800)
    expect(values(drafts)).toEqual([{ name: 'Ada' }, { name: 'Ada L.' }])
  })
})

describe('a network that fails', () => {
  it('is tried again after a while, and when it is back', async () => {
    const { element, drafts, trouble, draft, status } = await openForm()
    await show(element)
    trouble.push(...Array.from({ length: 100 }, () => offline))
    type('name', 'Ada')
    await pass(5000)
    expect(status()).toMatchObject({ state: 'failed', problem: { code: 'offline' } })
    await pass(10_000)
    expect(drafts.length).toBeGreaterThan(4)
    trouble.length = 0
    act(() => void window.dispatchEvent(new Event('online')))
    await pass(5000)
    expect((await draft())?.values).toEqual({ name: 'Ada' })
    expect(status()).toMatchObject({ state: 'saved' })
  })

  it('does not pile up what is typed meanwhile', async () => {
    const { element, drafts, trouble } = await openForm()
    await show(element)
    let answer: () => void = () => {}
    trouble.push(
      () =>
        new Promise((_, reject) => {
          answer = () => reject(new TypeError('lost'))
        }),
    )
    type('name', 'A')
    await pass(800)
    type('name', 'Ad')
    await pass(1500)
    type('name', 'Ada')
    await pass(1500)
    expect(values(drafts)).toEqual([{ name: 'A' }])
    answer()
    await pass(5000)
    expect(values(drafts)).toEqual([{ name: 'A' }, { name: 'A' }, { name: 'Ada' }])
  })

  it('does not make what was typed before pass for new', async () => {
    const { element, drafts, trouble, draft } = await openForm()
    await show(element)
    type('name', 'Ada')
    trouble.push(...Array.from({ length: 100 }, () => offline))
    await pass(60_000)
    trouble.length = 0
    type('email', 'ada@')
    await pass(10_000)
    expect((await draft())?.values).toEqual({ name: 'Ada', email: 'ada@' })
    const last = drafts.filter((one) => 'name' in one.values).at(-1)
    expect(last?.ageMs).toBeGreaterThanOrEqual(60_000)
  })
})

describe('a submission', () => {
  it('takes the place of the draft it comes from', async () => {
    const { element, drafts, events, draft } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    await pass(800)
    submit()
    await pass(5000)
    expect(events[0]?.opId).toBe(drafts[0]?.opId)
    expect(drafts).toHaveLength(1)
    expect(await draft()).toBeUndefined()
  })

  it('sent as the page is left does not come back as a draft', async () => {
    const { element, drafts, events, draft } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    submit()
    hide()
    await pass(5000)
    expect(drafts).toMatchObject([{ opId: events[0]?.opId, keepalive: true }])
    expect(await draft()).toBeUndefined()
  })

  it('refused as invalid is kept with what is wrong with it', async () => {
    const { element, drafts, draft } = await openForm()
    await show(element)
    type('name', 'Ada')
    type('email', 'not one')
    submit()
    await pass(5000)
    expect(await draft()).toMatchObject({
      values: { name: 'Ada', email: 'not one' },
      issues: [{ path: ['email'], message: 'Enter an email address' }],
    })
    expect(drafts).toHaveLength(1)
  })

  it('refused as invalid is kept although it could not be at first', async () => {
    const { element, trouble, draft } = await openForm()
    await show(element)
    type('name', 'Ada')
    const through = () => undefined
    trouble.push(through, offline, offline, offline, offline)
    submit()
    await pass(20_000)
    expect((await draft())?.values).toEqual({ name: 'Ada' })
  })

  it('that nobody answered is kept as a draft, unless it was taken after all', async () => {
    const { element, trouble, network, draft, drafts, events } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    const lost = async () => {
      const { opId } = events[0] ?? {}
      await network(`${flowUrl}/events`, asJson({ opId, step: 'details', event: detailsSubmitted }))
      throw new TypeError('lost')
    }
    trouble.push(lost, offline, offline, offline)
    submit()
    await pass(20_000)
    expect(drafts).toMatchObject([{ opId: events[0]?.opId, values: ada }])
    expect(await draft()).toBeUndefined()
  })

  it('that nobody answered takes nothing of what is typed after it', async () => {
    const { element, trouble, network, draft, events } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    trouble.push(async () => {
      const { opId } = events[0] ?? {}
      await network(`${flowUrl}/events`, asJson({ opId, step: 'details', event: detailsSubmitted }))
      throw new TypeError('lost')
    })
    trouble.push(offline, offline, offline)
    submit()
    await pass(4500)
    type('name', 'Grace')
    await pass(5000)
    expect((await draft())?.values).toMatchObject({ name: 'Grace' })
  })

  it('is followed by drafts of the next one', async () => {
    const { element, drafts, events, draft } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    submit()
    await pass(0)
    type('name', 'Grace')
    await pass(800)
    expect(drafts).toHaveLength(1)
    expect(drafts[0]?.opId).not.toBe(events[0]?.opId)
    expect((await draft())?.values).toEqual({ name: 'Grace' })
  })
})

describe('a page that wakes up', () => {
  it('sends a form whose keeper is not there yet, and keeps nothing of it', async () => {
    vi.resetModules()
    const fresh = (await import('./flow-form.tsx')) as { FlowForm: typeof FlowForm }
    const { flow, element, drafts, replies } = await openForm()
    const { unmount } = render(element)
    const handle = flow()
    unmount()
    render(
      <fresh.FlowForm flow={handle} type="details.submitted" step="details" onReply={(reply) => replies.push(reply)}>
        <input name="name" aria-label="name" />
        <input name="password" type="password" defaultValue="xyzzy" />
        <button type="submit">Continue</button>
      </fresh.FlowForm>,
    )
    submit()
    await pass(5000)
    expect(replies).toMatchObject([{ ok: false, problem: { code: 'invalid_event' } }])
    expect(drafts).toEqual([])
  })

  async function hydrate(element: ReactNode, typed: (root: HTMLElement) => void) {
    const root = document.createElement('div')
    document.body.append(root)
    root.innerHTML = renderToString(element)
    typed(root)
    const hydrated = await act(async () => hydrateRoot(root, element))
    return () => {
      act(() => hydrated.unmount())
      root.remove()
    }
  }
  const typeInto = (root: HTMLElement) => {
    const name = root.querySelector<HTMLInputElement>('[name=name]')
    if (name) name.value = 'Ada'
    return name
  }

  it('saves what was typed before, while its person is still there', async () => {
    const { element, drafts } = await openForm()
    const end = await hydrate(element, (root) => typeInto(root)?.focus())
    await pass(800)
    expect(values(drafts)).toEqual([{ name: 'Ada' }])
    end()
  })

  it('does not save what a browser has put back, until somebody types', async () => {
    const { element, drafts } = await openForm()
    const end = await hydrate(element, typeInto)
    await pass(5000)
    expect(drafts).toEqual([])
    type('note', 'x')
    await pass(800)
    expect(values(drafts)).toEqual([{ name: 'Ada', note: 'x' }])
    end()
  })
})
