// Typed values are kept without a press of a button.

import { act, fireEvent, render } from '@testing-library/react'
import type { JSX, ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import { ada } from '../../fixtures/order.ts'
import type { FlowForm } from './flow-form.tsx'
import { controlPage, field, hide, openForm, pass, show, submit, Turning, type, values } from './form-page.fixture.tsx'

controlPage()

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

  it('costs one render, which says that it is not saved yet', async () => {
    const { element, renders, status } = await openForm()
    await show(element)
    await pass(0)
    const before = renders()
    for (const name of ['A', 'Ad', 'Ada']) type('name', name)
    expect(renders()).toBe(before + 1)
    expect(status().state).toBe('unsaved')
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

  it.each<[string, JSX.Element, (field: HTMLInputElement) => unknown, string]>([
    [
      'a choice from a list',
      <select key="a" name="note" aria-label="note" defaultValue="SE">
        <option value="">Choose</option>
        <option value="SE">Sweden</option>
        <option value="FI">Finland</option>
      </select>,
      (field) => Object.assign(field, { value: 'FI' }),
      'FI',
    ],
    [
      'a choice from a list without a default',
      <select key="b" name="note" aria-label="note">
        <option value="SE">Sweden</option>
        <option value="FI">Finland</option>
      </select>,
      (field) => Object.assign(field, { value: 'FI' }),
      'FI',
    ],
    [
      'a range',
      <input key="c" type="range" name="note" aria-label="note" defaultValue={3} />,
      (field) => Object.assign(field, { value: '7' }),
      '7',
    ],
    [
      'a box that was unticked',
      <input key="d" type="checkbox" name="note" aria-label="note" defaultChecked />,
      (field) => Object.assign(field, { checked: false }),
      '',
    ],
  ])('notices %s made before, and nothing that was left alone', async (_, control, change, kept) => {
    const children = (
      <>
        {control}
        <input type="color" name="color" aria-label="color" />
        <select name="email" aria-label="email">
          <option value="a">a</option>
          <option value="b">b</option>
        </select>
      </>
    )
    const { element, drafts } = await openForm({ children })
    const end = await hydrate(element, (root) => {
      const changed = root.querySelector<HTMLInputElement>('[name=note]')
      changed?.focus()
      if (changed) change(changed)
    })
    await pass(800)
    expect(values(drafts)).toEqual([{ note: kept }])
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
