// Secret values are never kept: neither passwords nor files nor card numbers.

import { fireEvent } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { controlPage, field, fields, openForm, pass, show, submit, type, values } from './form-page.fixture.tsx'

controlPage()

const cardNumber = '4111 1111 1111 1111'

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
