// Typed values survive the end of their page, a network that fails.

import { act } from '@testing-library/react'
import { Activity } from 'react'
import { describe, expect, it } from 'vitest'
import { controlPage, hide, offline, openForm, pass, show, type, values } from './form-page.fixture.tsx'

controlPage()

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
    const { name } = typeof last?.ageMs === 'object' ? last.ageMs : { name: last?.ageMs }
    expect(name).toBeGreaterThanOrEqual(60_000)
  })
})
